import { expect, test, vi } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { createLog } from '../src/log.ts';
import { deleteExpired } from '../src/retention/retention-job.ts';
import { type Product, secrets, startProduct } from './support/product.ts';
import { alertOf, found, startWorld, type World } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const hourMs = 3_600_000;

async function startProducts(world: World, count: number, env: Record<string, string> = {}): Promise<Product[]> {
  const products = await Promise.all(Array.from({ length: count }, () => startProduct({ ...world, env })));
  world.atEnd(async () => void (await Promise.all(products.map((product) => product.stop()))));
  return products;
}

/** The bytes of the answer, not only their meaning. */
async function postKeyed(product: Product | undefined, key: string, alert: object = alertOf(1)) {
  const response = await fetch(`${product?.baseUrl}/api/v1/chatwoot/alerts`, {
    method: 'POST',
    body: JSON.stringify(alert),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${secrets.alertKey}`,
      'idempotency-key': key,
    },
  });
  return {
    status: response.status,
    replayed: response.headers.get('idempotent-replayed'),
    text: await response.text(),
  };
}

async function alertCounts(world: World): Promise<number[]> {
  return (await world.rows<{ alert_count: number }>('select alert_count from incidences order by id')).map(
    (row) => row.alert_count,
  );
}

test('a repeated key gets the first answer from every process, also after a restart, and counts once', async (context) => {
  const world = await startWorld(context);
  const [first, second] = await startProducts(world, 2);
  const original = await postKeyed(first, 'order-1');
  expect(original).toMatchObject({ status: 200, replayed: null });
  // The card has moved on since: the answer has not.
  await world.rows('update cards set message_id = message_id + 1000');
  const [restarted] = await startProducts(world, 1);
  for (const product of [first, second, restarted]) {
    expect(await postKeyed(product, 'order-1')).toEqual({ ...original, replayed: 'true' });
  }
  expect(await alertCounts(world)).toEqual([1]);
  expect(await postKeyed(second, 'order-2')).toMatchObject({ replayed: null });
  expect(await alertCounts(world)).toEqual([2]);
});

test('the same key with another body is refused, and nothing is stored', async (context) => {
  const world = await startWorld(context);
  const [product] = await startProducts(world, 1);
  await postKeyed(product, 'order-1');
  const { status, text } = await postKeyed(product, 'order-1', alertOf(2));
  expect(status).toBe(422);
  expect(JSON.parse(text)).toMatchObject({
    error: 'unprocessable',
    message: expect.stringContaining('Idempotency-Key'),
  });
  expect(await alertCounts(world)).toEqual([1]);
});

test('concurrent requests with one key store one alert and get one answer', async (context) => {
  const world = await startWorld(context);
  const products = await startProducts(world, 2);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => postKeyed(products[index % 2], 'order-1')),
  );
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(200);
  expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
  expect(await alertCounts(world)).toEqual([1]);
});

test('a key is 1 to 255 visible characters', async (context) => {
  const world = await startWorld(context);
  const [product] = await startProducts(world, 1);
  for (const key of ['', 'two words', 'é', 'x'.repeat(256)]) {
    expect(await postKeyed(product, key)).toMatchObject({ status: 400 });
  }
  expect(await alertCounts(world)).toEqual([]);
  expect(await postKeyed(product, 'x'.repeat(255))).toMatchObject({ status: 200 });
});

test('a key expires after 24 hours', async (context) => {
  const world = await startWorld(context);
  const [product] = await startProducts(world, 1);
  const db = connect(world.databaseUrl, {
    role: 'test',
    connections: 1,
    log: createLog('silent', { pretty: false }),
  });
  context.onTestFinished(() => db.destroy());
  await postKeyed(product, 'order-1');
  await deleteExpired(db, 90, new Date(Date.now() + 23 * hourMs));
  expect(await postKeyed(product, 'order-1')).toMatchObject({ replayed: 'true' });
  await deleteExpired(db, 90, new Date(Date.now() + 25 * hourMs));
  expect(await postKeyed(product, 'order-1', alertOf(2))).toMatchObject({ status: 200, replayed: null });
  expect(await alertCounts(world)).toEqual([1, 1]);
});

test('a key that expired since the last retention is a new alert, once', async (context) => {
  const world = await startWorld(context);
  const [product] = await startProducts(world, 1);
  await postKeyed(product, 'daily');
  await world.rows(`update inbound_events set received_at = received_at - interval '24 hours'`);
  const answers = await Promise.all([1, 2, 3].map(() => postKeyed(product, 'daily', alertOf(2))));
  expect(answers.map(({ status, replayed }) => `${status} ${replayed}`).toSorted()).toEqual([
    '200 null',
    '200 true',
    '200 true',
  ]);
  expect(await alertCounts(world)).toEqual([1, 1]);
});

test.for<[string, Record<string, string>]>([
  ['Telegram is down', {}],
  ['no chat is set', { TELEGRAM_CHAT_ID: '' }],
])('%s: the 202 has every field, and so has its repetition', async ([, env], context) => {
  const world = await startWorld(context);
  world.sandbox.faults.add({ kind: 'outage' });
  const [product] = await startProducts(world, 1, env);
  const original = await postKeyed(product, 'order-1');
  expect(original).toMatchObject({ status: 202, replayed: null });
  expect(JSON.parse(original.text)).toEqual({
    success: true,
    message: 'Alert queued for Telegram',
    telegram_message_id: null,
    conversation_id: 1,
    incidence_id: 1,
  });
  await found(world, `select 1 from inbound_events where state = 'processed'`);
  expect(await postKeyed(product, 'order-1')).toEqual({ ...original, replayed: 'true' });
});
