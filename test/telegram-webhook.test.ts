import { expect, test, type TestContext, vi } from 'vitest';
import type { Message } from 'telegram-sandbox';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { connect } from '../src/database/connect.ts';
import { createLog } from '../src/log.ts';
import { deleteExpired } from '../src/retention/retention-job.ts';
import { createRandom } from './support/random.ts';
import { openFrontDoor } from './support/front-door.ts';
import { type BellhopProcess, startProcess } from './support/processes.ts';
import { fetchReady, postAlert, type Product, startProduct, useWebhooks } from './support/product.ts';
import { patiently, waitUntil } from './support/wait.ts';
import { alertOf, found, range, startWorld, type World } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

const team = SEED.supportTeam;
const polling = { TELEGRAM_MODE: 'polling' };

async function startWebhookWorld(context: TestContext) {
  const world = await startWorld(context);
  const door = await useWebhooks(world.sandbox);
  context.onTestFinished(door.close);
  return { ...world, door };
}

/** A product in this process; `stop` may be called before the end of the test, and leaves the front door. */
async function start(world: World, env: Record<string, string> = {}): Promise<Product> {
  const product = await startProduct({ ...world, env });
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= product.stop());
  world.atEnd(stop);
  return { ...product, stop };
}

function webhookSet({ sandbox }: World, times = 1): Promise<unknown> {
  const ofBellhop = () =>
    sandbox.calls.filter(({ method, params }) => method === 'setWebhook' && params['secret_token']);
  return sandbox.waitFor(() => ofBellhop().length >= times, { ...patiently, what: 'the webhook of Bellhop' });
}

function type(world: World, text: string): Message {
  return world.sandbox.type({ chatId: team, by: SEED.ana, text });
}

/** What the bot answered to this message. */
function answersTo({ sandbox }: World, { message_id: id }: Message): Message[] {
  return sandbox.messages(team).filter((message) => message.from.is_bot && message.replyTo === id);
}

async function answered(world: World, questions: readonly Message[]): Promise<void> {
  await world.sandbox.waitFor(() => questions.every((question) => answersTo(world, question).length > 0), {
    ...patiently,
    what: 'an answer to each command',
  });
}

async function allHandled(world: World): Promise<void> {
  await found(world, 'select 1 where not exists (select from telegram_updates where handled_at is null)');
}

function callsOf({ sandbox }: World, method: string) {
  return sandbox.calls.filter((call) => call.method === method);
}

test.concurrent('the webhook is set with its secret and kinds, nothing is dropped or polled, and nothing said is kept', async (context) => {
  const world = await startWebhookWorld(context);
  const early = type(world, '/whoami');
  world.sandbox.faults.add({ kind: 'retry-after', seconds: 1, method: 'setWebhook' });
  world.sandbox.faults.add({ kind: '500', method: 'setWebhook' });
  const bellhop = await start(world, { TELEGRAM_WEBHOOK_SECRET: 'a-secret-of-the-operator' });
  await answered(world, [early]);
  expect(callsOf(world, 'setWebhook').at(-1)?.params).toMatchObject({
    url: `${world.door.url}/telegram/webhook`,
    secret_token: 'a-secret-of-the-operator',
    allowed_updates: ['message', 'callback_query', 'my_chat_member'],
    drop_pending_updates: false,
  });
  expect(callsOf(world, 'getUpdates')).toEqual([]);

  await postAlert(bellhop, alertOf(1));
  const press = { chatId: team, messageId: world.sandbox.messages(team).at(-1)?.message_id ?? 0, by: SEED.ana };
  expect((await world.sandbox.press({ ...press, button: 'Acknowledge' }))?.text).toBe('#1 is yours');
  await allHandled(world);
  expect(await world.rows('select count(*)::int as rows, count(body)::int as bodies from telegram_updates')).toEqual([
    { rows: 2, bodies: 0 },
  ]);
  expect(world.sandbox.unknownParameters).toEqual([]);
});

test.concurrent('three processes, and each update posted twice at once: each is answered once', async (context) => {
  const world = await startWebhookWorld(context);
  world.door.onPost = async (_, pass) => Math.max(...(await Promise.all([pass(), pass()])));
  await Promise.all([
    startProcess(world, { env: { ROLES: 'http' } }),
    startProcess(world, { env: { ROLES: 'http,process' } }),
    startProcess(world, { env: { ROLES: 'bot' } }),
  ]);
  const questions = range(1, 12).map((n) => type(world, `/incidence ${n}`));
  await answered(world, questions);
  await allHandled(world);
  expect(questions.map((question) => answersTo(world, question).length)).toEqual(questions.map(() => 1));
  // In one chat, in the order in which they were typed.
  const order = world.sandbox.messages(team).flatMap(({ from, replyTo }) => (from.is_bot ? [replyTo] : []));
  expect(order).toEqual(questions.map(({ message_id: id }) => id));
});

test.concurrent('only Telegram may post, and only updates', async (context) => {
  const world = await startWebhookWorld(context);
  const { baseUrl } = await start(world, { TELEGRAM_WEBHOOK_SECRET: 'a-secret-of-the-operator' });
  const post = async (body: string, secret?: string, target = baseUrl) => {
    const headers = secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret };
    const answer = await fetch(`${target}/telegram/webhook`, { method: 'POST', headers, body });
    return [answer.status, ((await answer.json()) as { error?: string }).error];
  };
  const update = JSON.stringify({
    update_id: 1,
    message: { message_id: 1, date: 1, chat: { id: 1, type: 'private' } },
  });
  expect(await post(update)).toEqual([401, 'unauthorized']);
  expect(await post(update, 'a-secret-of-the-operatoR')).toEqual([401, 'unauthorized']);
  expect(await post('{"update_id": "x"}', 'a-secret-of-the-operator')).toEqual([400, 'bad_request']);
  expect(await post('nonsense', 'a-secret-of-the-operator')).toEqual([400, 'bad_request']);
  expect(await post(' '.repeat(1024 * 1024 + 1), 'a-secret-of-the-operator')).toEqual([413, 'payload_too_large']);
  expect(await world.rows('select from telegram_updates')).toEqual([]);
  expect(await post(update, 'a-secret-of-the-operator')).toEqual([200, undefined]);
  expect(await world.rows('select from telegram_updates')).toHaveLength(1);
  expect((await fetch(`${baseUrl}/telegram/webhook`)).status).toBe(405);

  const other = await start(world, { ...polling, ROLES: 'http' });
  expect(await post(update, 'a-secret-of-the-operator', other.baseUrl)).toEqual([503, 'not_configured']);
});

test.concurrent('from polling to the webhook and back: what came meanwhile is answered, once', async (context) => {
  const world = await startWebhookWorld(context);
  const questions: Message[] = [];
  for (const env of [polling, {}, polling, {}]) {
    questions.push(type(world, '/whoami'));
    const bellhop = await start(world, env);
    await answered(world, questions);
    questions.push(type(world, '/whoami'));
    await answered(world, questions);
    await bellhop.stop();
  }
  expect(questions.map((question) => answersTo(world, question).length)).toEqual(questions.map(() => 1));
});

test.concurrent('an update that was stored, but whose answer was lost, is not answered again by polling', async (context) => {
  const world = await startWebhookWorld(context);
  const bellhop = await start(world);
  await webhookSet(world);
  // Telegram never learns that it was taken.
  world.door.onPost = async (_, pass) => {
    await pass();
    return 500;
  };
  const question = type(world, '/whoami');
  await answered(world, [question]);
  await bellhop.stop();
  expect(world.sandbox.pendingUpdates).toBe(1);

  await start(world, polling);
  await world.sandbox.waitFor((sandbox) => sandbox.isPolled && sandbox.pendingUpdates === 0, patiently);
  const next = type(world, '/whoami');
  await answered(world, [next]);
  expect(answersTo(world, question)).toHaveLength(1);
});

test.concurrent('the bot is killed after updates were stored: the next one answers each, once', async (context) => {
  const world = await startWebhookWorld(context);
  const receiver = await startProcess(world, { env: { ROLES: 'http,process' } });
  const first = await startProcess(world, { env: { ROLES: 'bot' } });
  await first.said('telegram.connected');
  await postAlert(receiver, alertOf(1));
  first.signal('SIGKILL');
  await first.exited;

  const questions = range(1, 5).map((n) => type(world, `/incidence ${n}`));
  const card = world.sandbox.messages(team)[0];
  const press = { chatId: team, messageId: card?.message_id ?? 0, button: 'Acknowledge', by: SEED.ben };
  const toast = world.sandbox.press(press);
  await found(world, 'select 1 from telegram_updates where handled_at is null having count(*) = 6');
  await world.sandbox.waitFor((sandbox) => sandbox.pendingUpdates === 0, patiently);

  await startProcess(world, { env: { ROLES: 'bot' } });
  expect((await toast)?.text).toBe('#1 is yours');
  await answered(world, questions);
  await allHandled(world);
  expect(questions.map((question) => answersTo(world, question).length)).toEqual(questions.map(() => 1));
  expect(await world.rows(`select from incidence_history where action = 'acknowledge'`)).toHaveLength(1);
});

test.concurrent('three processes, each in turn killed at random: every command is answered, twice at most one a kill', async (context) => {
  const world = await startWebhookWorld(context);
  const processes = await Promise.all(range(0, 3).map(() => startProcess(world)));
  const random = createRandom();
  const questions: Message[] = [];
  const kills = 3;
  for (let kill = 0; kill < kills; kill += 1) {
    questions.push(...range(1, 8).map((n) => type(world, `/incidence ${n}`)));
    const enough = kill * 8 + random(8);
    await world.sandbox.waitFor(() => countAnswered(world, questions) >= enough, patiently);
    const victim = processes[random(processes.length)] as BellhopProcess;
    victim.signal('SIGKILL');
    await victim.exited;
    world.door.remove(victim.baseUrl);
    processes[processes.indexOf(victim)] = await startProcess(world);
  }
  await answered(world, questions);
  await allHandled(world);
  const answers = questions.map((question) => answersTo(world, question).length);
  expect(answers.filter((count) => count > 1).length).toBeLessThanOrEqual(kills);
});

test.concurrent('a press that waited longer than Telegram keeps one is not done any more; a command is', async (context) => {
  const world = await startWebhookWorld(context);
  const receiver = await start(world, { ROLES: 'http,process' });
  const first = await start(world, { ROLES: 'bot' });
  await webhookSet(world);
  await postAlert(receiver, alertOf(1));
  await first.stop();
  const messageId = world.sandbox.messages(team)[0]?.message_id ?? 0;
  void world.sandbox.press({ chatId: team, messageId, button: 'Acknowledge', by: SEED.ana });
  const question = type(world, '/incidence 1');
  await found(world, 'select 1 from telegram_updates where handled_at is null having count(*) = 2');
  await world.rows(`update telegram_updates set received_at = received_at - interval '151 seconds'`);

  await start(world, { ROLES: 'bot' });
  await answered(world, [question]);
  await allHandled(world);
  expect(await world.rows('select status from incidences')).toEqual([{ status: 'open' }]);
});

test.concurrent("another program's webhook: left alone, told once, and ours again when it is gone", async (context) => {
  const world = await startWebhookWorld(context);
  const { sandbox } = world;
  const foreign = await openFrontDoor();
  context.onTestFinished(foreign.close);
  const setWebhook = (url: string) =>
    fetch(`${sandbox.apiRoot}/bot${sandbox.token}/setWebhook?url=${encodeURIComponent(url)}`);
  const notices = (words: string) => sandbox.messages(SEED.carla).filter(({ text }) => text?.includes(words)).length;
  await setWebhook(`${foreign.url}/other`);
  const bellhop = await start(world);
  await sandbox.waitFor(() => notices("don't reach me") === 1, patiently);
  const { host } = new URL(foreign.url);
  const reasons = async () => (await (await fetchReady(bellhop)).json()) as { reasons?: string[] };
  expect((await reasons()).reasons).toContainEqual(
    expect.stringContaining(`this bot's webhook belongs to another program at ${host}`),
  );
  expect(callsOf(world, 'setWebhook').filter(({ params }) => 'secret_token' in params)).toEqual([]);

  await setWebhook('');
  await sandbox.waitFor(() => notices('reach me again') === 1, patiently);
  const question = type(world, '/whoami');
  await answered(world, [question]);
  expect(notices("don't reach me")).toBe(1);
  expect((await reasons()).reasons ?? []).toEqual([]);
});

test.concurrent('an address that Telegram does not accept: told once, in words', async (context) => {
  const world = await startWebhookWorld(context);
  const bellhop = await start(world, { PUBLIC_URL: 'https://bellhop.example.com' });
  const notices = () => world.sandbox.messages(SEED.carla).filter(({ text }) => text?.includes("don't reach me"));
  await world.sandbox.waitFor(() => notices().length === 1, patiently);
  expect(notices()[0]?.text).toContain('Telegram does not accept the webhook (“Bad Request: bad webhook');
  expect(await (await fetchReady(bellhop)).text()).toContain('Correct PUBLIC_URL, or set TELEGRAM_MODE=polling.');
  await world.sandbox.waitFor(() => callsOf(world, 'setWebhook').length > 1, patiently);
  expect(notices()).toHaveLength(1);
});

test.concurrent('Telegram posts in vain: told in words once, and when it works again', async (context) => {
  const world = await startWebhookWorld(context);
  const { sandbox, door } = world;
  const bellhop = await start(world);
  await webhookSet(world);
  door.onPost = async () => 404;
  const question = type(world, '/whoami');
  const notices = (words: string) => sandbox.messages(SEED.carla).filter(({ text }) => text?.includes(words));
  await sandbox.waitFor(() => notices("don't reach me").length === 1, patiently);
  expect(notices("don't reach me")[0]?.text).toContain('404');
  expect(notices("don't reach me")[0]?.text).toContain('Let the proxy pass /telegram/webhook to Bellhop');
  const ready = await fetchReady(bellhop);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('Telegram cannot deliver them');

  door.onPost = undefined;
  await answered(world, [question]);
  await sandbox.waitFor(() => notices('reach me again').length === 1, patiently);
  await waitUntil(async () => (await fetchReady(bellhop)).status === 200);
  expect(notices("don't reach me")).toHaveLength(1);
});

test.concurrent('a PUBLIC_URL that moved: the webhook that Bellhop set before is its own', async (context) => {
  const world = await startWebhookWorld(context);
  const first = await start(world);
  await webhookSet(world);
  await first.stop();
  const moved = await openFrontDoor();
  context.onTestFinished(moved.close);
  const next = await start(world, { PUBLIC_URL: moved.url });
  moved.add(next.baseUrl);
  await webhookSet(world, 2);
  await answered(world, [type(world, '/whoami')]);
  const info = await fetch(`${world.sandbox.apiRoot}/bot${world.sandbox.token}/getWebhookInfo`);
  expect(await info.json()).toMatchObject({ result: { url: `${moved.url}/telegram/webhook` } });
});

test.concurrent('a webhook that somebody removed is set again', async (context) => {
  const world = await startWebhookWorld(context);
  const { sandbox } = world;
  await start(world);
  await webhookSet(world);
  await fetch(`${sandbox.apiRoot}/bot${sandbox.token}/deleteWebhook`);
  const question = type(world, '/whoami');
  await webhookSet(world, 2);
  await answered(world, [question]);
});

test.concurrent('updates that nobody handles: /ready says so after a minute, and they are deleted after two days', async (context) => {
  const world = await startWebhookWorld(context);
  const product = await start(world, { ROLES: 'http', TELEGRAM_WEBHOOK_SECRET: 'a-secret-of-the-operator' });
  await fetch(`${product.baseUrl}/telegram/webhook`, {
    method: 'POST',
    headers: { 'x-telegram-bot-api-secret-token': 'a-secret-of-the-operator' },
    body: '{"update_id": 7}',
  });
  const bodies = () => world.rows('select from telegram_updates where body is not null');
  expect(await bodies()).toHaveLength(1);
  const ready = async () => (await fetchReady(product)).text();
  expect(await ready()).not.toContain('from Telegram have waited');
  await world.rows(`update telegram_updates set received_at = received_at - interval '1 minute'`);
  expect(await ready()).toContain('1 presses or messages from Telegram have waited over a minute');
  const log = createLog('silent', { pretty: false });
  const db = connect(world.databaseUrl, { role: 'test', connections: 1, log });
  world.atEnd(() => db.destroy());
  await deleteExpired(db, 90, new Date(Date.now() + 47 * 3_600_000));
  expect(await bodies()).toHaveLength(1);
  await deleteExpired(db, 90, new Date(Date.now() + 49 * 3_600_000));
  expect(await bodies()).toEqual([]);
});

function countAnswered(world: World, questions: readonly Message[]): number {
  return questions.filter((question) => answersTo(world, question).length > 0).length;
}
