import type { BotCommandScope } from 'grammy/types';
import type { Role } from '../people/person.ts';
import type { Texts } from './texts/texts.ts';
import { introMenu, privateMenu, roleMenu } from './views/help.ts';

export type Menu = Readonly<{
  scope: BotCommandScope;
  commands: readonly { command: string; description: string }[];
}>;

export type MenuFacts = Readonly<{
  /** The groups of the team. */
  chatIds: readonly number[];
  /** Who may act in private: admins, leads, and who was invited. */
  people: readonly Readonly<{ telegramId: number; role: Role }>[];
}>;

/**
 * What each person is offered where (Bot API, BotCommandScope: the narrowest one counts). The team's groups have the
 * commands of agents, their leads and admins more; elsewhere there is what helps to begin. Pure.
 */
export function menusFor({ chatIds, people }: MenuFacts, texts: Texts): readonly Menu[] {
  const above = people.filter(({ role }) => role !== 'agent');
  return [
    { scope: { type: 'all_group_chats' }, commands: introMenu(texts) },
    { scope: { type: 'all_private_chats' }, commands: privateMenu(texts) },
    ...chatIds.map((chat_id) => ({ scope: { type: 'chat', chat_id }, commands: roleMenu('agent', texts) }) as const),
    ...people.map(
      ({ telegramId, role }) =>
        ({ scope: { type: 'chat', chat_id: telegramId }, commands: roleMenu(role, texts) }) as const,
    ),
    ...chatIds.flatMap((chat_id) =>
      above.map(
        ({ telegramId, role }) =>
          ({
            scope: { type: 'chat_member', chat_id, user_id: telegramId },
            commands: roleMenu(role, texts),
          }) as const,
      ),
    ),
  ];
}
