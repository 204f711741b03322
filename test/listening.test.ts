import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { createLog } from '../src/log.ts';
import { en } from '../src/telegram/texts/en.ts';
import { commandMenu, roleMenu } from '../src/telegram/views/help.ts';
import { openChat } from './support/chat.ts';
import { type Refusal, startDetour } from './support/detour.ts';
import { fetchReady, postAlert, type Product, type ProductOptions, startProduct } from './support/product.ts';
import { alertOf, startWorld, type World } from './support/world.ts';

// Nothing optional keeps the bot from receiving presses and commands, and nothing of another program is taken over.
vi.setConfig({ testTimeout: 120_000 });
const patiently = { timeoutMs: 60_000 };

const tooMany: Refusal = {
  error_code: 429,
  description: 'Too Many Requests: retry after 300',
  parameters: { retry_after: 300 },
};

test.concurrent.for<[string, Refusal, readonly string[]]>([
  ['429 for five minutes', tooMany, ['setMyCommands']],
  ['400', { error_code: 400, description: 'Bad Request: BOT_COMMAND_INVALID' }, ['setMyCommands']],
  [
    '404, as by a server without these methods',
    { error_code: 404, description: 'Not Found' },
    ['setMyCommands', 'getWebhookInfo', 'deleteWebhook'],
  ],
])('Telegram refuses what is optional with %s: presses and commands work', async ([, refusal, methods], context) => {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  let menuCalls = 0;
  detour.before = async ({ method }) => {
    if (method === 'setMyCommands') menuCalls += 1;
    return methods.includes(method) ? refusal : undefined;
  };
  const product = await start(world, { env: { TELEGRAM_API_ROOT: detour.apiRoot } });
  const { body } = await postAlert(product, alertOf(1));
  const team = openChat(product);
  expect(await team.press(Number(body['incidence_id']), 'Acknowledge')).toContain('is yours');
  expect((await team.ask('/whoami')).text).toContain('This chat');
  expect(await readiness(product)).toMatchObject({ status: 'ready' });
  if (refusal === tooMany) expect(menuCalls).toBe(1);
});

test.concurrent('a menu that was refused is set once Telegram takes it', async (context) => {
  const world = await startWorld(context);
  world.sandbox.faults.add({ kind: '500', method: 'setMyCommands', times: 2 });
  await start(world);
  await world.sandbox.waitFor((sandbox) => sandbox.commandsFor(SEED.supportTeam, SEED.ana).length > 0, patiently);
});

test.concurrent('the menu has what each role may use: by group, by member, in private; a change of role changes it', async (context) => {
  const world = await startWorld(context);
  const product = await start(world);
  const { sandbox } = world;
  const names = (chatId: number, userId: number) => sandbox.commandsFor(chatId, userId).map(({ command }) => command);
  const [all, agents, leads] = [commandMenu(en), roleMenu('agent', en), roleMenu('lead', en)].map((menu) =>
    menu.map(({ command }) => command),
  );
  await sandbox.waitFor(() => names(SEED.carla, SEED.carla).length > 0, patiently);
  await vi.waitUntil(() => names(SEED.carla, SEED.carla).length === all?.length, { timeout: 60_000 });
  await vi.waitUntil(() => names(SEED.supportTeam, SEED.carla).length === all?.length, { timeout: 60_000 });
  expect(names(SEED.supportTeam, SEED.ana)).toEqual(agents);
  expect(names(SEED.carla, SEED.carla)).toEqual(all);
  expect(names(SEED.ana, SEED.ana)).toEqual(['link', 'unlink', 'whoami', 'help', 'cancel']);

  const team = openChat(product);
  await team.ask('/whoami', SEED.ana);
  const callsBefore = sandbox.calls.filter(({ method }) => method === 'setMyCommands').length;
  await team.ask(`/role ${SEED.ana} lead`, SEED.carla);
  await vi.waitUntil(() => names(SEED.supportTeam, SEED.ana).length === leads?.length, { timeout: 60_000 });
  expect(names(SEED.ana, SEED.ana)).toEqual(leads);
  expect(sandbox.calls.filter(({ method }) => method === 'setMyCommands')).toHaveLength(callsBefore + 2);
  await team.ask(`/role ${SEED.ana} agent`, SEED.carla);
  await vi.waitUntil(() => names(SEED.supportTeam, SEED.ana).length === agents?.length, { timeout: 60_000 });
});

test.concurrent('cards are sent while nobody listens: /ready says so', async (context) => {
  const world = await startWorld(context);
  world.sandbox.faults.add({ kind: '500', method: 'getMe', times: Infinity });
  const product = await start(world);
  expect((await postAlert(product, alertOf(1))).status).toBe(200);
  expect(await readiness(product)).toMatchObject({
    reasons: [expect.stringContaining('Presses and commands are not received yet')],
  });
  world.sandbox.faults.clear();
  await vi.waitUntil(async () => (await fetchReady(product)).status === 200, { timeout: 60_000 });
});

test.concurrent("another program's webhook is left alone and named by its host; once it is gone the bot listens", async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const path = `webhooks/telegram/${sandbox.token}`;
  await callTelegram(world, 'setWebhook', { url: `http://127.0.0.1:9/${path}` });
  let log = '';
  const product = await start(world, {
    log: createLog('info', { pretty: false, destination: { write: (line) => (log += line) } }),
  });
  await vi.waitUntil(() => log.includes('telegram.webhook_foreign'), { timeout: 60_000 });
  expect((await postAlert(product, alertOf(1))).status).toBe(200);
  const ready = JSON.stringify(await readiness(product));
  expect(ready).toContain('belongs to another program at 127.0.0.1:9.');
  for (const text of [ready, log]) {
    expect(text).not.toContain(sandbox.token);
    expect(text).not.toContain('webhooks/telegram');
  }
  expect(sandbox.calls.filter(({ method }) => method === 'deleteWebhook')).toEqual([]);

  await callTelegram(world, 'deleteWebhook', {});
  await vi.waitUntil(() => log.includes('telegram.connected'), { timeout: 60_000 });
  expect(await readiness(product)).toMatchObject({ status: 'ready' });
});

test.concurrent("a webhook at PUBLIC_URL is Bellhop's own: it is removed", async (context) => {
  const world = await startWorld(context);
  await callTelegram(world, 'setWebhook', { url: 'http://127.0.0.1:9/telegram/webhook' });
  const product = await start(world, { env: { PUBLIC_URL: 'http://127.0.0.1:9' } });
  await world.sandbox.waitFor((sandbox) => sandbox.isPolled, patiently);
  expect((await openChat(product).ask('/whoami')).text).toContain('This chat');
});

async function callTelegram({ sandbox }: World, method: string, params: object): Promise<void> {
  const response = await fetch(`${sandbox.apiRoot}/bot${sandbox.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  });
  expect(await response.json()).toMatchObject({ ok: true });
}

async function readiness(product: Product): Promise<unknown> {
  return (await fetchReady(product)).json();
}

async function start(world: World, options: ProductOptions = {}): Promise<Product> {
  const product = await startProduct({ sandbox: world.sandbox, databaseUrl: world.databaseUrl, ...options });
  world.atEnd(() => product.stop());
  return product;
}
