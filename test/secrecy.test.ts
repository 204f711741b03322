import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { startDetour } from './support/detour.ts';
import { type BellhopProcess, startProcess } from './support/processes.ts';
import { post, postAlert, postChatwoot, postTawk, secrets } from './support/product.ts';
import { allShown, cutConnections, found, postUntilTaken, range, startWorld, type World } from './support/world.ts';

// Everything here waits for something to happen; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 });

/** What a customer said and who it is. No line of the log may hold any of it. */
const customer = {
  customer_name: 'Wilhelmina Quarrington',
  customer_email: 'wilhelmina@quarrington.example',
  message: 'My verysecretdiagnosis <b>must not</b> leak; call me: +49 1511 7654321',
} as const;
const customerWords = [
  'Wilhelmina',
  'Quarrington',
  'quarrington.example',
  'verysecretdiagnosis',
  '1511 7654321',
  '7654321',
];
const env = {
  APP_SESSION_SECRET: 'test-app-session-secret-0123456789',
  TAWK_JS_API_KEY: 'test-tawk-js-api-key-0123456789',
  TAWK_CONTEXT_KEY: 'test-tawk-context-key-0123456789',
};

test.concurrent('a run in which everything fails tells its log neither a secret nor a word of a customer', async (context) => {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  const process = await startProcess(world, { env: { ...env, TELEGRAM_API_ROOT: detour.apiRoot } });
  await process.said('telegram.connected');

  await refuseAndBreak(world, process);
  await strangeEvents(process);
  await refusedByTelegram(world, detour, process);
  await failingHandler(world, process);
  await cutDatabase(world, process);
  process.signal('SIGTERM');
  expect(await process.exited).toEqual({ code: 0, signal: null });
  for (const what of [
    'delivery.refused',
    'telegram.handler_failed',
    'delivery.attempted',
    'sender.lock_lost',
    'drift',
    'dead',
  ]) {
    expect(process.output(), what).toContain(what);
  }
  expectNothingTold(world, process.output());
});

test.concurrent('neither does a start with a wrong token', async (context) => {
  const world = await startWorld(context);
  const wrong = '7654321:AAwrongwrongwrongwrongwrongwrong12345';
  const process = await startProcess(world, { env: { ...env, TELEGRAM_BOT_TOKEN: wrong } });
  expect((await postAlert(process, alert(1))).status).toBe(202);
  await process.said('telegram.token_refused');
  await process.said('delivery.attempted');
  expect((await fetch(`${process.baseUrl}/ready`)).status).toBe(503);
  expectNothingTold(world, process.output(), [wrong, wrong.split(':')[1] ?? '']);
});

/** Telegram: 500, cut connections, an outage, 429. */
async function refuseAndBreak(world: World, process: BellhopProcess): Promise<void> {
  const { faults } = world.sandbox;
  faults.add({ kind: '500', method: 'sendMessage' });
  faults.add({ kind: 'reset-before', method: 'sendMessage' });
  faults.add({ kind: 'reset-after', method: 'sendMessage' });
  faults.add({ kind: 'retry-after', seconds: 1, chatId: SEED.supportTeam });
  await Promise.all(range(1, 3).map((conversation) => postAlert(process, alert(conversation))));
  await allShown(world.sandbox, range(1, 3));
  faults.add({ kind: 'outage' });
  await postAlert(process, alert(4));
  faults.clear();
  await allShown(world.sandbox, [4]);
}

/** Bad signatures and keys, bodies that cannot be read, signed events nobody knows. */
async function strangeEvents(process: BellhopProcess): Promise<void> {
  const body = JSON.stringify({ event: 'unheard_of', content: customer.message, sender: customer });
  const urls = [
    '/api/v1/chatwoot/webhook',
    '/webhooks/tawkto',
    '/api/v1/chatwoot/alerts',
    `/api/v1/chatwoot/webhook/${customer.customer_name}`,
  ];
  for (const url of urls) {
    const bad = {
      'x-chatwoot-signature': 'sha256=00',
      'x-tawk-signature': '00',
      authorization: `Bearer ${customer.message.replaceAll(/[^\w ]/g, '')}`,
    };
    expect((await post(`${process.baseUrl}${url}`, body, bad)).status).toBe(401);
  }
  await postChatwoot(process, body);
  await postChatwoot(process, `not json: ${customer.message}`);
  await postChatwoot(
    process,
    JSON.stringify({ event: 'message_created', content: { wrong: customer.message }, id: customer.customer_name }),
  );
  await postTawk(process, body);
  await postTawk(
    process,
    JSON.stringify({ event: 'chat:start', chatId: 7, visitor: customer.customer_name, message: customer }),
  );
  expect((await postAlert(process, { ...alert(5), severity: customer.message })).status).toBe(422);
  await post(`${process.baseUrl}/api/v1/chatwoot/webhook/${secrets.alertKey}`, body);
  await post(`${process.baseUrl}/%E0%A4%A/${encodeURIComponent(customer.customer_name)}`, body);
  await process.said('drift');
}

/** The texts of Telegram's refusals quote what was sent. */
async function refusedByTelegram(
  world: World,
  detour: Awaited<ReturnType<typeof startDetour>>,
  process: BellhopProcess,
) {
  const quoting = {
    error_code: 400,
    description: `Bad Request: can't parse entities: unexpected "${customer.message}"`,
  };
  detour.before = async ({ method }) => (method === 'sendMessage' ? quoting : undefined);
  await postAlert(process, alert(6));
  await found(world, `select 1 from deliveries where state = 'dead' and kind = 'send_card'`);
  detour.before = undefined;
}

async function failingHandler(world: World, process: BellhopProcess): Promise<void> {
  await world.rows('alter table people rename to people_elsewhere');
  const messageId = world.sandbox.messages(SEED.supportTeam)[0]?.message_id ?? 0;
  await world.sandbox.press({ chatId: SEED.supportTeam, messageId, button: 'Acknowledge', by: SEED.ana });
  world.sandbox.type({ chatId: SEED.supportTeam, by: SEED.ana, text: `/find ${customer.customer_name}` });
  world.sandbox.type({ chatId: SEED.supportTeam, by: SEED.ana, text: `/tag 1 ${customer.customer_name}` });
  await process.said('telegram.handler_failed', 2);
  await world.rows('alter table people_elsewhere rename to people');
}

async function cutDatabase(world: World, process: BellhopProcess): Promise<void> {
  for (const round of [1, 2]) {
    const posting = postUntilTaken(() => process, range(10 * round, 5), alert);
    await cutConnections(world, '%');
    await posting;
    await process.said('sender.took_over', round + 1);
  }
  await allShown(world.sandbox, [...range(10, 5), ...range(20, 5)]);
}

function alert(conversation: number) {
  return { severity: 'critical', reason: 'TEST', conversation_id: conversation, ...customer };
}

function expectNothingTold(world: World, output: string, more: readonly string[] = []): void {
  const { token } = world.sandbox;
  const { password } = new URL(world.databaseUrl);
  const own = [token, token.split(':')[1] ?? '', ...Object.values(secrets), ...Object.values(env), ...more];
  // A database that was given to the tests may have no password worth the name.
  if (password.length > 8) own.push(password);
  for (const word of [...own, ...customerWords]) {
    const line = output.split('\n').find((candidate) => candidate.includes(word));
    expect(line, `the log tells "${word}"`).toBeUndefined();
  }
}
