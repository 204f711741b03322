import { type TestContext, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { buttonsOf, openChat } from './support/chat.ts';
import { startProduct } from './support/product.ts';

const { ana, ben, carla, dmitri } = SEED;

async function startTeam({ onTestFinished }: TestContext) {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const team = openChat(product);
  return {
    product,
    team,
    say: async (text: string, by: number = carla, replyTo?: number) => (await team.ask(text, by, replyTo)).text ?? '',
  };
}

test('an admin makes somebody a lead by replying to them or by their ID; who changed what is listed', async (context) => {
  const { product, say, team } = await startTeam(context);
  expect(await say('/severity-words', ana)).toContain('Only leads and admins');
  const words = team.typed('hello', ana);
  expect(await say('/role lead', carla, words.message_id)).toContain('Ana is now a lead');
  expect(await say('/severity-words', ana)).toContain('Words that decide the severity');
  expect(await say(`/role ${ana} LEAD`)).toContain('Nothing changed: Ana was already a lead.');

  const list = await say('/team');
  expect(list).toMatch(/Admins\nCarla Meyer[^]*Leads\nAna Silva \(@ana_agent\): 500000101/);
  expect(list).toMatch(/Last changes\n.*Ana \(500000101\) is a lead, before an agent, by Carla/);

  expect(await say(`/role ${ana} agent`)).toContain('Ana is now an agent');
  expect(await say('/severity-words', ana)).toContain('Only leads and admins');
  expect(product.sandbox.refusals).toEqual([]);
});

test('a lead loses the private chat as soon as they are none any more', async (context) => {
  const { product, say } = await startTeam(context);
  const alone = openChat(product, ben);
  await say('/whoami', ben);
  await say(`/role ${ben} lead`);
  expect((await alone.ask('/open', ben)).text).toContain('nothing is open');
  await say(`/role ${ben} agent`);
  expect((await alone.ask('/open', ben)).text).toContain('only in the team chat');
});

test('agents and leads may not; who and what is unclear is explained and changes nothing', async (context) => {
  const { product, say, team } = await startTeam(context);
  for (const text of ['/team', `/role ${ana} lead`]) expect(await say(text, ana)).toContain('Only admins');
  expect(await say('/role')).toContain('Reply to a person');
  expect(await say('/role lead')).toContain('Reply to a person');
  expect(await say(`/role ${ana} boss`)).toContain('Reply to a person');
  expect(await say(`/role ${carla} agent`)).toContain('Carla is an admin because of TELEGRAM_ADMIN_IDS');
  expect(await say(`/role ${dmitri} lead`)).toContain("I don't know anybody with the ID 500000104");
  const answer = await team.ask('/help', ana);
  expect(await say('/role lead', carla, answer.message_id)).toContain('from a bot');
  expect(await product.rows("select 1 from people where role = 'lead'")).toEqual([]);
  expect(await product.rows('select 1 from setting_changes')).toEqual([]);

  await say(`/role ${ana} lead`);
  expect(await say(`/role ${ben} lead`, ana)).toContain('Only admins');
});

test('a change of a role says what it was, and an admin undoes it under the same message, unless it was changed since', async (context) => {
  const { product, say, team } = await startTeam(context);
  await say('/whoami', ana);
  await say('/whoami', ben);
  const made = await team.ask(`/role ${ana} lead`, carla);
  expect(made.text).toContain('Before: an agent.');
  // A lead changes other settings, but no roles.
  expect(await team.pressUnder(made, 'Undo', ana)).toBe('Only admins can change who has which role.');
  expect(await team.pressUnder(made, 'Undo', carla)).toBe('Undone');
  await team.waitForText('Undone: Ana (500000101) is an agent, before a lead');
  expect(await say('/severity-words', ana)).toContain('Only leads and admins');
  expect(await team.pressUnder(made, 'Undo', carla)).toBe('Undone');
  expect(await say('/severity-words', ana)).toContain('Words that decide');

  const first = await team.ask(`/role ${ben} lead`, carla);
  await say(`/role ${ben} admin`);
  expect(await team.pressUnder(first, 'Undo', carla)).toContain('changed since');
  expect(await say('/team')).toMatch(/Admins\n[^]*Ben[^]*Leads/);
  expect(product.sandbox.refusals).toEqual([]);
});

test('who was removed by mistake is back with one press, with the role they had', async (context) => {
  const { product, say, team } = await startTeam(context);
  await say('/whoami', ana);
  await say(`/role ${ana} lead`);
  const removed = await team.ask(`/remove ${ana}`, carla);
  expect(removed.text).toContain('Before: a lead.');
  expect(buttonsOf(removed)).toEqual(['Undo']);
  expect(await say('/open', ana)).toContain('You were removed');
  const privately = openChat(product, ana);
  expect((await privately.ask('/whoami', ana)).text).toContain('You are not on this team');
  privately.typed('/link my-token', ana);
  await privately.waitForText('You were removed');
  expect(await team.pressUnder(removed, 'Undo', carla)).toBe('Undone');
  expect(await say('/severity-words', ana)).toContain('Words that decide');
  expect(product.sandbox.refusals).toEqual([]);
});
