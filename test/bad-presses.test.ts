import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postAlert, type Product, quiet, startProduct } from './support/product.ts';
import { alertOf } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const { ana, ben, carla, dmitri, forum, topics } = SEED;

async function startTeam({ onTestFinished }: TestContext) {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const team = openChat(product);
  for (const person of [ana, ben, carla]) await team.ask('/whoami', person);
  await postAlert(product, alertOf(1));
  await quiet(product);
  return { product, team };
}

/** All that a press could change. */
async function stateOf(product: Product) {
  await quiet(product);
  return {
    incidences: await product.rows('select id, status, severity, acknowledged_by, version from incidences order by id'),
    settings: await product.rows(`select key, value from settings order by key`),
    changes: await product.rows('select id from setting_changes'),
    routes: await product.rows('select id from routes'),
    people: await product.rows('select telegram_id, role, removed_at from people order by id'),
    duty: await product.rows('select id from duty'),
    quiet: await product.rows('select * from quiet_chats'),
  };
}

/** Codes of every kind of button, with numbers of nothing, arguments that are none, and what is no data of ours. */
const forged = `
  : zz:1 a a: a:x a:-1 a:1e3 a:9999999999999999 🙃:1 a:1;drop ${'x'.repeat(64)}
  a:999 r:999 o:999 i:999 c:999 t:999 e:999 b:999 sm:999 am:999 n:999 w:999 q:999 co:999 p:999
  x:1:9 x:999:0 f:1:9 sn:1:9 as:1:999 un:1:999 g:1:999:1 g:1:1:7 v:999:1
  s:999 y:999 d:999 k:999 u:999 h:999 j:999 l:999:1:0 z:99:7d 1:99:7d 2:99:7d
  rr:999:0 ss:999:0:1 sc:999 su:999 vs:999:0 vc:999:0:0 va:99 vp:99:0
`
  .trim()
  .split(/\s+/);

/** How many refused presses are recorded, wherever that is. */
async function countRefused(product: Product): Promise<number> {
  const [row] = await product.rows<{ count: number }>(
    `select (select count(*) from incidence_history where action = 'refused')
       + (select coalesce(sum(times), 0) from refused_presses) as count`,
  );
  return Number(row?.count);
}

test('forged data, by an agent or a lead: a sentence each, all recorded, and nothing is changed', async (context) => {
  const { product, team } = await startTeam(context);
  const before = await stateOf(product);
  const { message_id: messageId } = await team.ask('/help', ana);
  for (const by of [ana, carla]) {
    for (const data of forged) {
      const answer = await product.sandbox.pressData({ chatId: SEED.supportTeam, messageId, data, by });
      expect(answer?.text, `${data} by ${by}`).toMatch(/\S+ \S+/);
    }
  }
  expect(await countRefused(product)).toBe(2 * forged.length);
  expect(await stateOf(product)).toEqual(before);
});

test('who presses what is not for them is told so, and /settings says who it was; what somebody repeats is one line', async (context) => {
  const { product, team } = await startTeam(context);
  const { message_id: messageId } = await team.ask('/help', ana);
  const before = await stateOf(product);
  const pressed = { chatId: SEED.supportTeam, messageId };
  // Whether contacts are shown, a route, a severity rule, an undo of a change, where alerts go.
  for (const data of ['ss:0:0:0', 'rr:1:0', 'vc:1:0:1', 'su:1', 'ph:0'])
    expect((await product.sandbox.pressData({ ...pressed, data, by: ana }))?.text, data).toMatch(/^Only /);
  for (const _ of [1, 2, 3])
    expect((await product.sandbox.pressData({ ...pressed, data: 'ps:0', by: dmitri }))?.text).toContain('Only members');
  expect(await countRefused(product)).toBe(8);
  expect(await stateOf(product)).toEqual(before);
  const screen = (await team.ask('/settings', carla)).text ?? '';
  expect(screen).toMatch(
    /refused: Dmitri \(telegram 500000104\) tried to stop alerts here \(not allowed\), 3 times that day/,
  );
  expect(screen).toMatch(/refused: Ana \(telegram 500000101\) tried to send alerts here \(not allowed\)$/m);
  expect(screen).toContain('tried to undo a change of the settings (not allowed)');
});

test('the numbers of another chat: what is set there is no business of this one, and an agent elsewhere is a stranger', async (context) => {
  const { product, team } = await startTeam(context);
  const urgent = openChat(product, forum, topics.urgent);
  // The forum is no chat of the team: its members are agents nowhere in it.
  const card = team.card(1);
  const screen = await urgent.ask('/setup', carla);
  const before = await stateOf(product);
  const pressed = { chatId: forum, messageId: screen.message_id, by: ana };
  for (const data of ['a:1', 'x:1:0', 'co:1', 'i:1'])
    expect((await product.sandbox.pressData({ ...pressed, data }))?.text, data).toMatch(
      /The team has moved|Only members/,
    );
  expect(await stateOf(product)).toEqual(before);
  expect((await team.ask('/why 1')).text).toMatch(/refused: Ana \(telegram 500000101\) tried to/);
  expect(team.card(1).text).toBe(card.text);
});

test('who left the group, or never was in it, is refused with the reason; it is recorded and nothing is changed', async (context) => {
  const { product, team } = await startTeam(context);
  product.sandbox.leave(SEED.supportTeam, ben);
  const before = await stateOf(product);
  for (const by of [ben, dmitri]) expect(await team.forge(1, 'a:1', by)).toContain('Only members of the team chat');
  expect(await stateOf(product)).toEqual(before);
  const story = (await team.ask('/why 1')).text;
  for (const name of ['Ben', 'Dmitri'])
    expect(story).toMatch(new RegExp(`refused: ${name} \\(telegram \\d+\\) tried to`));
});

test('deleted messages: a press is answered though its screen is gone, and a card is sent anew', async (context) => {
  const { product, team } = await startTeam(context);
  const { sandbox } = product;
  const screen = await team.ask('/settings', carla);
  const pressed = team.pressUnder(screen, 'Hide contacts', carla);
  sandbox.deleteAsPerson(SEED.supportTeam, screen.message_id);
  expect(await pressed).toBe('Changed');
  const card = team.card(1);
  sandbox.deleteAsPerson(SEED.supportTeam, card.message_id);
  expect((await team.ask('/ack 1', ana)).text).toContain('#1');
  const anew = await team.waitForCard(1, 'acknowledged by Ana');
  expect(anew.message_id).not.toBe(card.message_id);
  expect((await team.ask('/failed', carla)).text).toContain('No failed deliveries');
});
