import { type TestContext, expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { createClock } from './support/clock.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { alertOf, type Severity } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const { ana, ben, carla, dmitri } = SEED;

/** A Thursday, 13:00 in Berlin. */
async function startTeam({ onTestFinished }: TestContext, env: Record<string, string> = {}) {
  const clock = createClock('2026-11-26T12:00:00Z');
  const product = await startProduct({
    now: clock.now,
    env: { TIMEZONE: 'Europe/Berlin', BUSINESS_HOURS: 'Mon-Fri 09:00-18:00', ...env },
  });
  onTestFinished(() => product.stop());
  const team = openChat(product);
  return {
    product,
    team,
    clock,
    say: async (text: string, by: number = ana) => (await team.ask(text, by)).text ?? '',
    pass: (seconds: number) => clock.pass(product, seconds),
    opened: async (conversation: number, severity: Severity = 'critical') => {
      const { body } = await postAlert(product, alertOf(conversation, severity));
      await quiet(product);
      return Number(body['incidence_id']);
    },
  };
}

test('coming on shows what waits; who is on and until when is listed; leads set it for others', async (context) => {
  const { product, say, opened } = await startTeam(context);
  const id = await opened(1, 'high');
  const answer = await say('/onduty 18:00');
  expect(answer).toContain('You are on duty until 18:00');
  expect(answer).toMatch(new RegExp(`Open, unacked: 1\\n\\n🟠 #${id} `));
  expect(await say('/onduty 90m', ben)).toContain('You are on duty until 14:30');
  await say('/whoami', carla);
  expect(await say('/onduty @carla_admin', ana)).toContain('Only leads');
  expect(await say('/onduty @ben_agent 08:00', carla)).toContain('Ben is on duty until Fri 08:00');
  expect(await say('/duty')).toBe(
    'On duty\n🟢 Ana · until 18:00\n🟢 Ben · until Fri 08:00\n\nNext to leave: Ana, 18:00.',
  );
  expect(await say('/offduty @ben_agent', carla)).toContain('Ben is off duty');
  expect(await say('/offduty', ben)).toContain('You were not on duty');
  expect(product.sandbox.refusals).toEqual([]);
});

test('nobody on duty: who is reminded, and when business opens', async (context) => {
  const { say, pass } = await startTeam(context);
  await say('/whoami', carla);
  expect(await say('/duty')).toBe('Nobody is on duty. Reminders go to Carla.');
  await pass(6 * 3_600);
  expect(await say('/duty')).toContain('Business opens Fri 09:00.');
  await pass(86_400);
  expect(await say('/duty')).toContain('Business opens Mon 09:00.');
});

test('what cannot be read is explained and changes nothing', async (context) => {
  const { product, say } = await startTeam(context);
  expect(await say('/onduty soon')).toContain('/onduty 2h');
  expect(await say('/onduty 25:00')).toContain('/onduty 2h');
  expect(await say('/onduty 30h')).toContain('at most 24 hours');
  expect(await say('/offduty now')).toContain('/onduty 2h');
  expect(await say('/onduty @nobody 2h', carla)).toContain("I don't know @nobody");
  expect(await product.rows('select 1 from duty')).toEqual([]);
});

test('leaving hands over what is held; one press takes it all, once, and only what is still held', async (context) => {
  const { product, team, say, opened, pass } = await startTeam(context);
  await say('/onduty');
  const [first, second, third] = [await opened(1), await opened(2, 'high'), await opened(3, 'high')];
  for (const id of [first, second, third]) await team.press(id, 'Acknowledge', ana);
  await opened(4, 'low');
  await product.rows(`update incidences set note = 'Will call back at 17:00' where id = ${second}`);
  await pass(60);
  expect(await say('/offduty')).toContain('3 incidences to hand over');
  await quiet(product);
  const card = await team.waitForText('Ana hands over 3 incidences');
  expect(card.text).toContain(`🔴 #${first} conversation 1 · 1 min`);
  expect(card.text).toContain(`🟠 #${second} conversation 2 · 1 min · note: Will call back at 17:00`);
  expect(card.text).toContain('Also open and unacknowledged: 1.');

  await team.press(third, 'Release', ana);
  expect(await team.pressUnder(card, 'I have it', dmitri)).toContain('Only members');
  expect(await team.pressUnder(card, 'I have it', ben)).toBe('2 incidences are yours. Send /mine to list them.');
  expect(
    await product.sandbox.pressData({ chatId: SEED.supportTeam, messageId: card.message_id, data: 'k:1', by: carla }),
  ).toMatchObject({ text: 'Already taken by Ben' });
  await quiet(product);
  expect(team.state(first)).toContain('acknowledged by Ben');
  expect(team.state(second)).toContain('acknowledged by Ben');
  expect(team.state(third)).toBe(`#${third} · open`);
  await team.waitForText('Ben has what Ana handed over');
  expect(await say(`/why ${first}`)).toContain('taken over by Ben');
  expect(product.sandbox.refusals).toEqual([]);
});

test('duty expires: said once, with the hand-over', async (context) => {
  const { product, team, say, opened, pass } = await startTeam(context);
  await say('/onduty 1h');
  const id = await opened(1, 'high');
  await team.press(id, 'Acknowledge', ana);
  await pass(3_600);
  await team.waitForText('Ana is off duty: their time is up');
  await team.waitForText('Ana hands over 1 incidence');
  await pass(3_600);
  const said = team.messages().filter(({ text }) => text?.includes('their time is up'));
  expect(said).toHaveLength(1);
  expect(product.sandbox.refusals).toEqual([]);
});

const warningsIn = (team: Chat) => team.messages().filter(({ text }) => text?.includes('nobody is on duty'));

test('critical while nobody is on duty: warned once, and again only after somebody was on duty', async (context) => {
  const { product, team, say, opened, pass } = await startTeam(context, { BUSINESS_HOURS: 'always' });
  const warnings = () => warningsIn(team);
  await opened(1);
  await pass(5);
  expect(warnings()).toEqual([]);
  await say('/onduty');
  await opened(2);
  await pass(5);
  expect(warnings()).toEqual([]);
  await say('/offduty');
  await pass(5);
  await opened(3);
  await team.waitForText('nobody is on duty');
  await opened(4);
  await pass(5);
  expect(warnings()).toHaveLength(1);
  await say('/onduty');
  await say('/offduty');
  await pass(5);
  await opened(5);
  await vi.waitUntil(() => warnings().length === 2, { timeout: 20_000 });
  expect(product.sandbox.refusals).toEqual([]);
});

test('nobody ever was on duty, but hours are set: warned once within them, not before', async (context) => {
  const { product, team, clock, opened, pass } = await startTeam(context, { BUSINESS_HOURS: 'Mon-Fri 14:00-18:00' });
  const first = await opened(1);
  await pass(5);
  expect(warningsIn(team)).toEqual([]);
  await team.press(first, 'Acknowledge');
  clock.move(3_600);
  await opened(2);
  await team.waitForText('nobody is on duty');
  await pass(86_400);
  await opened(3);
  await pass(5);
  expect(warningsIn(team)).toHaveLength(1);
  expect(product.sandbox.refusals).toEqual([]);
});
