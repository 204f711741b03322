import { expect, test } from 'vitest';
import { menusFor } from './menus-for.ts';
import { en } from './texts/en.ts';

const menus = menusFor(
  {
    chatIds: [-100],
    people: [
      { telegramId: 1, role: 'admin' },
      { telegramId: 2, role: 'lead' },
      { telegramId: 3, role: 'agent' },
    ],
  },
  en,
);
const commandsIn = (scope: object) =>
  menus.find((menu) => JSON.stringify(menu.scope) === JSON.stringify(scope))?.commands.map(({ command }) => command);

test.each<[string, object, readonly string[], readonly string[]]>([
  ['a group of strangers', { type: 'all_group_chats' }, ['setup', 'help'], ['open', 'team', 'route']],
  ['a private chat of a stranger', { type: 'all_private_chats' }, ['whoami', 'help'], ['open', 'setup']],
  ["the team's group", { type: 'chat', chat_id: -100 }, ['open', 'mine', 'ack'], ['route', 'invite', 'team', 'setup']],
  [
    "a lead in the team's group",
    { type: 'chat_member', chat_id: -100, user_id: 2 },
    ['open', 'route', 'invite', 'settings'],
    ['team', 'setup', 'remove'],
  ],
  [
    "an admin in the team's group",
    { type: 'chat_member', chat_id: -100, user_id: 1 },
    ['open', 'route', 'team', 'setup', 'remove'],
    [],
  ],
  ['who was invited, in private', { type: 'chat', chat_id: 3 }, ['mine', 'open'], ['route', 'team']],
])('%s', (_, scope, offered, hidden) => {
  expect(commandsIn(scope)).toEqual(expect.arrayContaining([...offered]));
  for (const command of hidden) expect(commandsIn(scope)).not.toContain(command);
});

test('who was invited has no menu of their own in the group: everybody there has that of agents', () => {
  expect(commandsIn({ type: 'chat_member', chat_id: -100, user_id: 3 })).toBeUndefined();
  expect(menus).toHaveLength(8);
});
