import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from './support/database.ts';
import {
  type Answered,
  post,
  postAlert,
  postChatwoot,
  type Product,
  secrets,
  startProduct,
} from './support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const key = { authorization: `Bearer ${secrets.alertKey}` };
const routes = [
  '/api/v1/chatwoot/alerts',
  '/api/v1/chatwoot/webhook',
  '/api/v1/chatwoot/webhook/some-key',
  '/webhooks/tawkto',
];

async function ask(method: string, path: string): Promise<Answered> {
  const response = await fetch(product.baseUrl + path, { method });
  expect(response.headers.get('content-type'), path).toMatch(/^application\/json/);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const notFound = { status: 404, body: { success: false, error: 'not_found', message: expect.any(String) } };

describe.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s', (method) => {
  test.each(routes)('%s → 404 that names the method', async (path) => {
    const answer = await ask(method, path);
    expect(answer).toEqual(notFound);
    expect(answer.body['message']).toContain('takes POST');
    expect(answer.body['message']).not.toContain('some-key');
  });
});

test.each([
  '/',
  '/nothing',
  '/api/v1/chatwoot',
  '/api/v1/chatwoot/alerts/',
  '/api/v1/chatwoot/webhook/a/b',
  '/webhooks/tawkto/',
  '/health/x',
  '/..%2f..%2fetc%2fpasswd',
  '/%',
])('POST %s → 404', async (path) => {
  expect(await ask('POST', path)).toEqual(notFound);
});

test.each(['/api/v1/chatwoot/webhook/%', '/api/v1/chatwoot/webhook/%E0%A4%A'])(
  'POST %s: broken percent-encoding → 400',
  async (path) => {
    expect(await ask('POST', path)).toMatchObject({ status: 400, body: { success: false, error: 'bad_request' } });
  },
);

describe('too large', () => {
  const limits: [string, number][] = [
    ['/api/v1/chatwoot/alerts', 256 * 1024],
    ['/api/v1/chatwoot/webhook', 2 * 1024 * 1024],
    [`/api/v1/chatwoot/webhook/${secrets.alertKey}`, 2 * 1024 * 1024],
    ['/webhooks/tawkto', 5_000_000],
    ['/api/v1/chatwoot/test', 16 * 1024],
  ];
  const tooLarge = { success: false, error: 'payload_too_large', message: expect.stringContaining('send less') };

  test.each(limits)('%s: one byte over %i → 413', async (path, bytes) => {
    expect(await post(product.baseUrl + path, Buffer.alloc(bytes + 1, ' '), key)).toEqual({
      status: 413,
      body: tooLarge,
    });
  });

  test.each(limits)('%s: one byte over %i, in chunks of no announced length → 413', async (path, bytes) => {
    let left = bytes + 1;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const chunk = Math.min(left, 64 * 1024);
        left -= chunk;
        if (chunk === 0) controller.close();
        else controller.enqueue(new Uint8Array(chunk).fill(32));
      },
    });
    const response = await fetch(product.baseUrl + path, { method: 'POST', body, duplex: 'half', headers: key });
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 413, body: tooLarge });
  });

  test('what is exactly as large as allowed is taken', async () => {
    const start = '{"event":"typing","filler":"';
    const webhook = `${start}${'x'.repeat(2 * 1024 * 1024 - start.length - 2)}"}`;
    expect(await postChatwoot(product, webhook)).toMatchObject({ status: 200 });
  });
});

test('a body that breaks off is not stored, and nobody is the worse for it', async () => {
  const { port, hostname } = new URL(product.baseUrl);
  const socket = connect(Number(port), hostname);
  socket.end(
    `POST /api/v1/chatwoot/alerts HTTP/1.1\r\nHost: x\r\nAuthorization: ${key.authorization}\r\nContent-Length: 1000\r\n\r\n{"severity":"high","rea`,
  );
  socket.resume();
  await once(socket, 'close');
  expect(await product.rows("select 1 from inbound_events where source = 'alert'")).toEqual([]);
  const alert = { severity: 'low', reason: 'X', conversation_id: 1, message: 'x' };
  expect(await postAlert(product, alert)).toMatchObject({ status: 200 });
});

test('a compressed webhook is kept and refused in words', async () => {
  const body = gzipSync('{"event":"message_created"}');
  const answer = await postChatwoot(product, body);
  expect(answer).toMatchObject({ status: 400, body: { error: 'bad_request' } });
});

describe('what is not HTTP is answered in the same shape', () => {
  test.each([
    ['no HTTP', 'HELLO\r\n\r\n'],
    ['two lengths', 'POST /webhooks/tawkto HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a header without a name', 'GET /health HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n'],
  ])('%s', async (_name, bytes) => {
    const { port, hostname } = new URL(product.baseUrl);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.end(bytes);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      success: false,
      error: 'bad_request',
    });
  });
});

describe('with nothing configured', () => {
  let bare: Product;
  beforeAll(async () => {
    bare = await startProduct({
      env: { CHATWOOT_WEBHOOK_SECRET: '', CHATWOOT_ALERT_KEY: '', TAWK_WEBHOOK_SECRET: '' },
    });
  });
  afterAll(() => bare.stop());

  test.each([
    ['/api/v1/chatwoot/alerts', 'CHATWOOT_ALERT_KEY'],
    ['/api/v1/chatwoot/test', 'CHATWOOT_ALERT_KEY'],
    ['/api/v1/chatwoot/webhook', 'CHATWOOT_WEBHOOK_SECRET'],
    ['/api/v1/chatwoot/webhook/', undefined],
    ['/api/v1/chatwoot/webhook/anything', 'CHATWOOT_ALERT_KEY'],
    ['/webhooks/tawkto', 'TAWK_WEBHOOK_SECRET'],
  ])('%s → 503 that names %s', async (path, variable) => {
    const signature = createHmac('sha1', '').update('{}').digest('hex');
    const answer = await post(bare.baseUrl + path, '{}', { authorization: 'Bearer ', 'x-tawk-signature': signature });
    if (variable === undefined) return expect(answer).toEqual(notFound);
    expect(answer).toMatchObject({ status: 503, body: { success: false, error: 'not_configured' } });
    expect(answer.body['message']).toContain(`Set ${variable}`);
    expect(await bare.rows('select 1 from inbound_events')).toEqual([]);
  });
});

test('a database that went away → 503, and the alert can be sent again', async () => {
  const database = await createTestDatabase();
  const orphan = await startProduct({ databaseUrl: database.url });
  await orphan.rows('alter table inbound_events rename to elsewhere');
  const alert = { severity: 'low', reason: 'X', conversation_id: 1, message: 'x' };
  expect(await postAlert(orphan, alert)).toMatchObject({ status: 503, body: { success: false, error: 'unavailable' } });
  await orphan.rows('alter table elsewhere rename to inbound_events');
  expect(await postAlert(orphan, alert)).toMatchObject({ status: 200 });
  await orphan.stop();
  await database.drop();
});
