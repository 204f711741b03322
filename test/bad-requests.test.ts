import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from './support/database.ts';
import {
  type Answered,
  post,
  postAlert,
  postChatwoot,
  type Product,
  quiet,
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

/** Signed as Chatwoot does, to an address of one's own. */
function postSigned(path: string, body: string): Promise<Answered> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', secrets.chatwoot).update(`${timestamp}.${body}`).digest('hex');
  const headers = { 'x-chatwoot-timestamp': timestamp, 'x-chatwoot-signature': `sha256=${mac}` };
  return post(product.baseUrl + path, body, headers);
}

const notFound = { status: 404, body: { success: false, error: 'not_found', message: expect.any(String) } };

describe.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('%s', (method) => {
  test.each(routes)('%s → 405 with Allow', async (path) => {
    const response = await fetch(product.baseUrl + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    const text = await response.text();
    expect(text).not.toContain('some-key');
    if (method !== 'HEAD') expect(JSON.parse(text)).toMatchObject({ success: false, error: 'method_not_allowed' });
  });
});

test.each([
  ['/api/v1/chatwoot/webhook', 'POST, OPTIONS'],
  ['/health', 'GET, HEAD, OPTIONS'],
])('OPTIONS %s is answered with what it takes', async (path, allow) => {
  const response = await fetch(product.baseUrl + path, { method: 'OPTIONS' });
  expect([response.status, response.headers.get('allow')]).toEqual([204, allow]);
});

test.each(['/health', '/ready', '/api/v1/chatwoot/health', '/metrics'])('%s: HEAD as GET, POST → 405', async (path) => {
  const head = await fetch(product.baseUrl + path, { method: 'HEAD', headers: key });
  expect(head.status).toBe(200);
  const posted = await fetch(product.baseUrl + path, { method: 'POST', body: '{}', headers: key });
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
});

test('no gauge in /metrics is named as a counter', async () => {
  const text = await (await fetch(`${product.baseUrl}/metrics`, { headers: key })).text();
  const gauges = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name);
  expect(gauges).toContain('bellhop_request_body_bytes');
  expect(gauges).toContain('bellhop_nodejs_active_handles');
  expect(gauges.filter((name) => name?.endsWith('_total'))).toEqual([]);
});

test('a slash too many in the address changes nothing', async () => {
  for (const [index, path] of [
    '/api/v1/chatwoot/webhook/',
    '//api/v1/chatwoot/webhook',
    '/api/v1/chatwoot//webhook',
    `/api/v1//chatwoot/webhook/${secrets.alertKey}/?from=automation`,
  ].entries()) {
    const id = 4100 + index;
    const event = {
      event: 'message_created',
      id,
      message_type: 'incoming',
      content: 'slash',
      account: { id: 1 },
      conversation: { id, status: 'open', messages: [] },
      sender: { name: 'Iris' },
    };
    const answer = await postSigned(path, JSON.stringify(event));
    expect(answer, path).toMatchObject({ status: 200, body: { message: 'Webhook forwarded to Telegram' } });
    const shown = (text: string | undefined) => text?.includes(`Conversation ID: #${id}`) ?? false;
    const cards = () => product.sandbox.messages(product.chatId).filter(({ text }) => shown(text));
    await product.sandbox.waitFor(() => cards().length === 1, { what: `the card of ${path}` });
  }
  const chat = { event: 'chat:start', chatId: 'slash', time: '2026-11-20T09:00:00.000Z', visitor: { name: 'Iris' } };
  const body = JSON.stringify(chat);
  const signature = createHmac('sha1', secrets.tawk).update(body).digest('hex');
  const tawk = await post(`${product.baseUrl}//webhooks/tawkto/`, body, { 'x-tawk-signature': signature });
  expect(tawk).toEqual({ status: 200, body: { status: 'ok' } });
});

test('a mail of many pasted pictures shows its words', async () => {
  const picture = `<p>see the picture</p><img src="data:image/png;base64,${'iVBORw0K'.repeat(1_150_000)}">`;
  const email = { subject: 'Order 77', html_content: { full: picture, reply: 'see the picture' }, text_content: {} };
  const attributes = { content_attributes: { email, cc_email: null, bcc_email: null } };
  const message = { id: 4201, message_type: 0, content: 'see the picture', ...attributes };
  const event = {
    event: 'message_created',
    ...message,
    message_type: 'incoming',
    content_type: 'incoming_email',
    account: { id: 1 },
    inbox: { id: 3, name: 'Mail' },
    sender: { name: 'Iris Moor', email: 'iris@example.net' },
    conversation: { id: 4201, status: 'open', channel: 'Channel::Email', messages: [message] },
  };
  const body = JSON.stringify(event).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  expect(body.length).toBeGreaterThan(18_000_000);
  expect(await postChatwoot(product, body)).toMatchObject({ status: 200 });
  const shown = () => product.sandbox.messages(product.chatId).some(({ text }) => text?.includes('see the picture'));
  await product.sandbox.waitFor(shown, { what: 'the card of the mail' });
});

test.each([
  '/',
  '/nothing',
  '/api/v1/chatwoot',
  '/api/v1/chatwoot/webhook/a/b',
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
    ['/api/v1/chatwoot/webhook', 20_000_000],
    [`/api/v1/chatwoot/webhook/${secrets.alertKey}`, 20_000_000],
    ['/webhooks/tawkto', 5_000_000],
    ['/api/v1/chatwoot/test', 16 * 1024],
  ];
  const tooLarge = {
    success: false,
    error: 'payload_too_large',
    message: expect.stringContaining('Send a smaller one'),
  };

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
    const webhook = `${start}${'x'.repeat(20_000_000 - start.length - 2)}"}`;
    expect(await postChatwoot(product, webhook)).toMatchObject({ status: 200 });
  });
});

test.each([
  ['of an announced length', (bytes: number) => `Content-Length: ${bytes}`, (part: Buffer) => [part]],
  [
    'in chunks',
    () => 'Transfer-Encoding: chunked',
    (part: Buffer) => [`${part.length.toString(16)}\r\n`, part, '\r\n'],
  ],
])('a sender that reads nothing before it has sent a body too large, %s, gets the answer', async (_, head, framed) => {
  const { port, hostname } = new URL(product.baseUrl);
  const socket = connect(Number(port), hostname);
  const errors: Error[] = [];
  socket.on('error', (err) => errors.push(err));
  const part = Buffer.alloc(1_000_000, ' ');
  socket.write(`POST /webhooks/tawkto HTTP/1.1\r\nHost: x\r\n${head(30 * part.length)}\r\n\r\n`);
  socket.pause();
  for (let sent = 0; sent < 30; sent += 1) {
    for (const piece of framed(part)) if (!socket.write(piece)) await once(socket, 'drain');
  }
  socket.end(framed(Buffer.alloc(0)).length > 1 ? '0\r\n\r\n' : '');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString())).resume();
  await once(socket, 'close');
  expect(errors).toEqual([]);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
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

test.each(routes)('%s: a body compressed otherwise than by gzip → 415 that says so', async (path) => {
  const response = await fetch(product.baseUrl + path, {
    method: 'POST',
    headers: { ...key, 'content-encoding': 'br' },
    body: new Uint8Array(brotliCompressSync('{"event":"message_created"}')),
  });
  expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'gzip']);
  expect(await response.json()).toMatchObject({
    error: 'unsupported_media_type',
    message: expect.stringContaining('Content-Encoding'),
  });
});

describe('gzip', () => {
  const gzipped = { ...key, 'content-encoding': 'gzip' };

  test('a compressed alert is taken, and kept as it was before', async () => {
    const alert = { severity: 'low', reason: 'GZIP', conversation_id: 4301, message: 'smaller' };
    const answer = await post(`${product.baseUrl}/api/v1/chatwoot/alerts`, gzipSync(JSON.stringify(alert)), gzipped);
    expect(answer.status).toBe(200);
    const [stored] = await product.rows<{ body: Buffer }>('select body from inbound_events order by id desc limit 1');
    expect(JSON.parse(String(stored?.body))).toEqual(alert);
  });

  test('a signature covers the body before it was compressed', async () => {
    const body = '{"event":"chat:start","chatId":"gzip","time":"2026-11-20T09:00:00.000Z","visitor":{"name":"Iris"}}';
    const sign = (bytes: string | Buffer) => createHmac('sha1', secrets.tawk).update(bytes).digest('hex');
    const send = (signature: string) =>
      post(`${product.baseUrl}/webhooks/tawkto`, gzipSync(body), { ...gzipped, 'x-tawk-signature': signature });
    expect(await send(sign(body))).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await send(sign(gzipSync(body)))).toMatchObject({ status: 401 });
  });

  test.each([
    ['a little that becomes much', gzipSync(Buffer.alloc(200_000_000)), 413, 'payload_too_large'],
    ['what is not gzip', Buffer.from('{"severity":"low"}'), 400, 'bad_request'],
    ['what breaks off', gzipSync('{"severity":"low"}').subarray(0, 15), 400, 'bad_request'],
  ])('%s is refused', async (_, body, status, error) => {
    const answer = await post(`${product.baseUrl}/api/v1/chatwoot/alerts`, body, gzipped);
    expect(answer).toMatchObject({ status, body: { error } });
  });
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
    ['/api/v1/chatwoot/webhook/', 'CHATWOOT_WEBHOOK_SECRET'],
    ['/api/v1/chatwoot/webhook/anything', 'CHATWOOT_ALERT_KEY'],
    ['/webhooks/tawkto', 'TAWK_WEBHOOK_SECRET'],
  ])('%s → 503 that names %s', async (path, variable) => {
    const signature = createHmac('sha1', '').update('{}').digest('hex');
    const answer = await post(bare.baseUrl + path, '{}', { authorization: 'Bearer ', 'x-tawk-signature': signature });
    expect(answer).toMatchObject({ status: 503, body: { success: false, error: 'not_configured' } });
    expect(answer.body['message']).toContain(`Set ${variable}`);
    expect(await bare.rows('select 1 from inbound_events')).toEqual([]);
  });
});

test('ALLOW_UNSIGNED=true without secrets: unsigned events become cards', async () => {
  const open = await startProduct({
    env: { ALLOW_UNSIGNED: 'true', CHATWOOT_WEBHOOK_SECRET: '', CHATWOOT_ALERT_KEY: '', TAWK_WEBHOOK_SECRET: '' },
  });
  onTestFinished(() => open.stop());
  const created = readFileSync(new URL('fixtures/chatwoot/webhook_conversation_created.json', import.meta.url));
  const chat = JSON.stringify({ event: 'chat:start', chatId: 'tawk-1', visitor: { name: 'Asha' } });
  const raised = JSON.stringify({ severity: 'high', reason: 'X', conversation_id: 1, message: 'x' });
  expect((await post(`${open.baseUrl}/api/v1/chatwoot/webhook`, created)).status).toBe(200);
  expect((await post(`${open.baseUrl}/webhooks/tawkto`, chat)).status).toBe(200);
  expect((await post(`${open.baseUrl}/api/v1/chatwoot/alerts`, raised)).status).toBe(200);
  await quiet(open);
  expect(await open.rows('select source from incidences order by source')).toEqual(
    ['alert', 'chatwoot', 'tawk'].map((source) => ({ source })),
  );
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
