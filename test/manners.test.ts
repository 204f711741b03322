import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { post, postAlert, type Product, secrets, startProduct } from './support/product.ts';

const wrong = { authorization: 'Bearer wrong-key-wrong-key' };
const right = { authorization: `Bearer ${secrets.alertKey}` };

async function start(env: Record<string, string> = {}): Promise<Product> {
  const product = await startProduct({ env });
  onTestFinished(() => product.stop());
  return product;
}

/** The statuses of so many guesses of the key, in order. */
async function guess(product: Product, times: number, from: (attempt: number) => string): Promise<number[]> {
  const statuses: number[] = [];
  for (let attempt = 0; attempt < times; attempt += 1) {
    const headers = { ...wrong, 'x-forwarded-for': from(attempt) };
    statuses.push((await post(`${product.baseUrl}/api/v1/chatwoot/test`, '', headers)).status);
  }
  return statuses;
}

function postSignedTawk(product: Product, chatId: string, from: string) {
  const body = JSON.stringify({ event: 'chat:start', chatId, time: '2026-11-20T09:00:00.000Z', visitor: {} });
  const signature = createHmac('sha1', secrets.tawk).update(body).digest('hex');
  return post(`${product.baseUrl}/webhooks/tawkto`, body, { 'x-tawk-signature': signature, 'x-forwarded-for': from });
}

/** What is answered to a request whose body never comes. */
async function answerWithoutBody(product: Product, path: string, from: string): Promise<string> {
  const { port, hostname } = new URL(product.baseUrl);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${from}\r\nContent-Length: 1000\r\n\r\n`);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  await once(socket, 'close');
  return answer;
}

describe('who fails authentication too often', () => {
  test('cannot escape by making up X-Forwarded-For where no proxy is trusted', async () => {
    const product = await start({ TRUST_PROXY: 'none' });
    const statuses = await guess(product, 62, (attempt) => `198.51.100.${attempt}`);
    expect(statuses).toEqual([...Array(60).fill(401), 429, 429]);
  });

  test('is told apart behind a trusted proxy, and cannot pass itself off as another', async () => {
    const product = await start();
    const statuses = await guess(product, 62, (attempt) => `203.0.113.${attempt}, 198.51.100.7`);
    expect(statuses).toEqual([...Array(60).fill(401), 429, 429]);
    expect(await guess(product, 1, () => '198.51.100.8')).toEqual([401]);
  });

  test('is refused before its body is read, unless its headers or its past prove who it is', async () => {
    const product = await start();
    expect(await postSignedTawk(product, 'before', '198.51.100.2')).toMatchObject({ status: 200 });
    for (const address of ['198.51.100.1', '198.51.100.2']) await guess(product, 61, () => address);

    const answer = await answerWithoutBody(product, '/webhooks/tawkto', '198.51.100.1');
    expect(answer).toMatch(/^HTTP\/1\.1 429 [\s\S]*\r\nRetry-After: \d+\r\n/);
    expect(answer).toContain('"error":"rate_limited"');
    expect(await postSignedTawk(product, 'refused', '198.51.100.1')).toMatchObject({ status: 429 });

    expect(await postSignedTawk(product, 'known', '198.51.100.2')).toMatchObject({ status: 200 });
    const alert = { severity: 'low', reason: 'X', conversation_id: 1, message: 'x' };
    const keyed = await post(`${product.baseUrl}/api/v1/chatwoot/alerts`, JSON.stringify(alert), {
      ...right,
      'x-forwarded-for': '198.51.100.1',
    });
    expect(keyed.status).toBe(200);
  });

  test('10,000 addresses that guess are each answered, and others are served', async () => {
    const product = await start();
    const statuses = new Set<number>();
    await Promise.all(
      Array.from({ length: 20 }, async (_, lane) => {
        const from = (attempt: number) => `10.${lane}.${attempt >> 8}.${attempt & 255}`;
        for (const status of await guess(product, 500, from)) statuses.add(status);
      }),
    );
    expect([...statuses]).toEqual([401]);
    const alert = { severity: 'low', reason: 'X', conversation_id: 1, message: 'x' };
    expect((await postAlert(product, alert)).status).toBe(200);
  });
});

describe('security headers', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ env: { PUBLIC_URL: 'https://bellhop.example.com' } });
  });
  afterAll(() => product.stop());

  test.each([
    ['GET', '/health', 200],
    ['HEAD', '/health', 200],
    ['GET', '/openapi.json', 200],
    ['GET', '/metrics', 401],
    ['GET', '/nothing', 404],
    ['GET', '/webhooks/tawkto', 405],
    ['POST', '/webhooks/tawkto', 401],
    ['POST', '/api/v1/chatwoot/alerts', 200],
  ])('%s %s → %i', async (method, path, status) => {
    const alert = { severity: 'low', reason: 'X', conversation_id: 2, message: 'x' };
    const response = await fetch(product.baseUrl + path, {
      method,
      ...(method === 'POST' && {
        body: JSON.stringify(alert),
        headers: { 'content-type': 'application/json', ...(path.endsWith('/alerts') ? right : wrong) },
      }),
    });
    await response.text();
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(response.headers.has('x-powered-by')).toBe(false);
  });

  test('a page that shops may frame says so by its own policy alone', async () => {
    const response = await fetch(`${product.baseUrl}/chat-page`);
    expect(response.headers.get('content-security-policy')).toContain('frame-ancestors');
    expect(response.headers.has('x-frame-options')).toBe(false);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a request line with the whole address, as some proxies send it', () => {
  test.each([
    ['/health', 200],
    ['/health?probe=1', 200],
    ['//health/', 200],
    ['/nothing', 404],
    ['', 404],
  ])('%s → %i', async (path, status) => {
    const product = await start();
    const { port, hostname } = new URL(product.baseUrl);
    const asked = request({ port, hostname, path: `http://bellhop.example.com${path}`, agent: false }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(status);
  });
});
