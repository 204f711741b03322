import { readFileSync } from 'node:fs';
import { expect, test, type TestContext } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { startDetour } from './support/detour.ts';
import { postAlert, postTawk, startProduct } from './support/product.ts';
import { alertOf, startWorld } from './support/world.ts';
import { waitUntil } from './support/wait.ts';

const { ana, ben, dmitri } = SEED;
const notSaid = "Telegram didn't confirm that you are in this chat. Try again in a moment.";

/** A product with a card, run again so that it remembers nobody but by what is stored, and how Telegram tells members. */
async function startTeam(context: TestContext) {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  const options = { ...world, env: { TELEGRAM_API_ROOT: detour.apiRoot } };
  const start = async () => {
    const product = await startProduct(options);
    const end = { isStopped: false };
    const stop = async () => {
      if (!end.isStopped) await product.stop();
      end.isStopped = true;
    };
    context.onTestFinished(stop);
    return { ...product, stop, team: openChat(product) };
  };
  const first = await start();
  await postAlert(first, alertOf(1));
  await first.team.waitForButton(1, 'Acknowledge');
  return { world, detour, first, start };
}

test.for([
  { error_code: 500, description: 'Internal Server Error' },
  { error_code: 429, description: 'Too Many Requests: retry after 5' },
  { error_code: 400, description: 'Bad Request: something new' },
])(
  'Telegram fails with $error_code to say who is in: who was in before goes on, nobody else',
  async (refusal, context) => {
    const { world, detour, first, start } = await startTeam(context);
    expect(await first.team.press(1, 'Acknowledge', ana)).toBe('#1 is yours');
    await first.team.waitForButton(1, 'Release');
    await first.stop();

    const { team } = await start();
    detour.before = async ({ method }) => (method === 'getChatMember' ? refusal : undefined);
    expect(await team.forge(1, 'r:1', dmitri)).toBe(notSaid);
    expect(await team.forge(1, 'r:1', ben)).toBe(notSaid);
    expect(await team.press(1, 'Release', ana)).toBe('#1 is open again');
    expect(await world.rows('select 1 from people where telegram_id = $1', dmitri)).toEqual([]);

    detour.before = undefined;
    expect(await team.forge(1, 'a:1', dmitri)).toContain('Only members of the team chat');
    expect(await team.forge(1, 'a:1', ben)).toBe('#1 is yours');
  },
);

test('Telegram takes long to say who is in: the press is answered all the same, the late answer counts next time', async (context) => {
  const { detour, first } = await startTeam(context);
  let tell: (value: undefined) => void = () => undefined;
  const told = new Promise<undefined>((resolve) => (tell = resolve));
  detour.before = async ({ method }) => (method === 'getChatMember' ? told : undefined);
  expect(await first.team.press(1, 'Acknowledge', ana)).toBe(notSaid);
  tell(undefined);
  await waitUntil(async () => (await first.rows('select 1 from members where telegram_id = $1', ana)).length > 0);
  expect(await first.team.press(1, 'Acknowledge', ana)).toBe('#1 is yours');
});

test('who left is not known from before', async (context) => {
  const { world, detour, first } = await startTeam(context);
  expect(await first.team.press(1, 'Acknowledge', ben)).toBe('#1 is yours');
  world.sandbox.leave(SEED.supportTeam, ben);
  await waitUntil(async () => (await first.rows('select 1 from members where telegram_id = $1', ben)).length === 0);
  detour.before = async ({ method }) =>
    method === 'getChatMember' ? { error_code: 502, description: 'Bad Gateway' } : undefined;
  expect(await first.team.forge(1, 'r:1', ben)).toBe(notSaid);
});

test('a group whose members the bot may not ask for: a press is believed', async (context) => {
  const { detour, first } = await startTeam(context);
  detour.before = async ({ method }) =>
    method === 'getChatMember'
      ? { error_code: 400, description: 'Bad Request: member list is inaccessible' }
      : undefined;
  expect(await first.team.press(1, 'Acknowledge', ana)).toBe('#1 is yours');
  expect(await first.rows('select 1 from members')).toEqual([]);
});

test('a command is checked like a press: whoever types without being in the chat changes nothing', async (context) => {
  const { detour, first } = await startTeam(context);
  detour.before = async ({ method }) =>
    method === 'getChatMember' ? { error_code: 400, description: 'Bad Request: user not found' } : undefined;
  expect((await first.team.ask('/ack 1', ben)).text).toContain('Only members of the team chat');
  expect(first.team.state(1)).toBe('#1 · open');

  detour.before = async ({ method }) =>
    method === 'getChatMember' ? { error_code: 500, description: 'Internal Server Error' } : undefined;
  expect((await first.team.ask('/ack 1', ben)).text).toBe(notSaid);

  detour.before = undefined;
  expect((await first.team.ask('/ack 1', ben)).text).toBe('#1 is yours');
});

test('a chat that takes no files answers /transcript with the reason', async (context) => {
  const { detour, first } = await startTeam(context);
  const chat = readFileSync(new URL('fixtures/tawk/real__chat-transcript__two-agents-transfer.json', import.meta.url));
  await postTawk(first, chat);
  await first.team.waitForText('TAWK CHAT');
  detour.before = async ({ method }) =>
    method === 'sendDocument'
      ? { error_code: 400, description: 'Bad Request: not enough rights to send documents to the chat' }
      : undefined;
  expect((await first.team.ask('/transcript 2')).text).toContain('not allowed to send files in this chat');
});
