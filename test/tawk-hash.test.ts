import { createHmac } from 'node:crypto';
import { Writable } from 'node:stream';
import * as fc from 'fast-check';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Product, startProduct } from './support/product.ts';

const keys = {
  TAWK_JS_API_KEY: 'test-tawk-js-api-key-0123456789',
  APP_SESSION_SECRET: 'test-app-session-secret-0123456789',
};
const shop = 'https://shop.example.com';
const now = new Date('2026-03-14T09:26:53Z');
const seconds = Math.floor(now.getTime() / 1000);

let product: Product;
const logged: string[] = [];
beforeAll(async () => {
  const lines = new Writable({
    write: (chunk: Buffer, _, done) => {
      logged.push(chunk.toString());
      done();
    },
  });
  const log = pino({ level: 'trace' }, lines);
  product = await startProduct({
    env: { ...keys, SHOP_ORIGINS: `${shop},https://www.example.com:8443/` },
    now: () => now,
    log,
  });
});
afterAll(() => product.stop());

type Claims = Readonly<Record<string, unknown>>;

function sign(claims: Claims, secret = keys.APP_SESSION_SECRET, alg = 'HS256'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
}

function ask(token: string | undefined, headers: Record<string, string> = {}, query = ''): Promise<Response> {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${product.baseUrl}/api/tawk-hash${query}`, { headers: { ...authorization, ...headers } });
}

function hmac(text: string): string {
  return createHmac('sha256', keys.TAWK_JS_API_KEY).update(text).digest('hex');
}

const valid = { exp: seconds + 600 };

describe('who has a valid token', () => {
  it('gets the hashes of the e-mail and of the user id', async () => {
    const answer = await ask(await sign({ ...valid, email: ' Asha.Rao@Example.COM ', sub: 'User_12345' }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      hash: hmac('asha.rao@example.com'),
      email: 'asha.rao@example.com',
      userIdHash: hmac('User_12345'),
      userId: 'User_12345',
    });
  });

  it.each([
    [{ email: 'asha@example.com' }, { hash: hmac('asha@example.com'), email: 'asha@example.com' }],
    [{ sub: 'user_1' }, { userIdHash: hmac('user_1'), userId: 'user_1' }],
    [
      { sub: 42, email: '  ' },
      { userIdHash: hmac('42'), userId: '42' },
    ],
    [
      { sub: 'user_1', exp: seconds - 59 },
      { userIdHash: hmac('user_1'), userId: 'user_1' },
    ],
    [
      { sub: 'user_1', nbf: seconds + 59 },
      { userIdHash: hmac('user_1'), userId: 'user_1' },
    ],
  ])('%j → %j', async (claims, hashes) => {
    expect(await (await ask(await sign({ ...valid, ...claims }))).json()).toEqual(hashes);
  });

  it('gets nothing of another person, whatever the request asks', async () => {
    const query = '?email=ana@example.com&sub=ana&userId=ana';
    const answer = await ask(await sign({ ...valid, sub: 'user_1' }), { 'x-email': 'ana@example.com' }, query);
    expect(await answer.json()).toEqual({ userIdHash: hmac('user_1'), userId: 'user_1' });
  });
});

describe('without a valid token', () => {
  const unsigned = (header: object, claims: object) =>
    `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
  const cases: [string, () => string | undefined | Promise<string>, string][] = [
    ['none', () => undefined, 'missing'],
    ['no JWT', () => 'hunter2', 'not a signed JWT'],
    ['an empty secret', () => sign({ ...valid, sub: 'a' }, ' '), 'signature'],
    ['another secret', () => sign({ ...valid, sub: 'a' }, 'another-secret-0123456789'), 'signature'],
    ['the key that makes the hashes', () => sign({ ...valid, sub: 'a' }, keys.TAWK_JS_API_KEY), 'signature'],
    ['HS512', () => sign({ ...valid, sub: 'a' }, keys.APP_SESSION_SECRET, 'HS512'), 'HS256'],
    ['no algorithm', () => unsigned({ alg: 'none' }, { ...valid, sub: 'a' }), 'HS256'],
    ['no exp', () => sign({ sub: 'a' }), 'exp'],
    ['a word as exp', () => sign({ sub: 'a', exp: 'never' }), 'exp'],
    ['expired', () => sign({ sub: 'a', exp: seconds - 61 }), 'expired'],
    ['not valid yet', () => sign({ ...valid, sub: 'a', nbf: seconds + 61 }), 'not valid yet'],
    ['of nobody', () => sign({ ...valid, email: { evil: true }, sub: '' }), 'email or sub'],
  ];
  it.each(cases)('%s: 401 with the remedy', async (_, token, advice) => {
    const answer = await ask(await token());
    expect(answer.status).toBe(401);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const body = (await answer.json()) as { message: string };
    expect(body).toEqual({ success: false, error: 'unauthorized', message: expect.stringContaining(advice) });
  });

  it('no text at all passes for a token', async () => {
    const { TAWK_JS_API_KEY, APP_SESSION_SECRET } = keys;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme-ascii' }), async (token) => {
        const text = await (await ask(token.replaceAll(/[^\x21-\x7e]/g, ''))).text();
        expect(text).toContain('"success":false');
        expect(text).not.toContain(TAWK_JS_API_KEY);
        expect(text).not.toContain(APP_SESSION_SECRET);
      }),
      { numRuns: 20 },
    );
  });
});

describe('from a browser', () => {
  const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };

  it.each([shop, 'https://www.example.com:8443'])('a page of %s may ask', async (origin) => {
    const asked = await fetch(`${product.baseUrl}/api/tawk-hash`, {
      method: 'OPTIONS',
      headers: { origin, ...preflight },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-methods')).toBe('GET');
    expect(asked.headers.get('access-control-allow-headers')).toBe('Authorization');
    expect(asked.headers.get('vary')).toContain('Origin');
    const answer = await ask(await sign({ ...valid, sub: 'user_1' }), { origin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('vary')).toContain('Origin');
    // Also what went wrong may be read by the page.
    expect((await ask('wrong', { origin })).headers.get('access-control-allow-origin')).toBe(origin);
  });

  it.each([
    'https://evil.example',
    'http://shop.example.com',
    'https://shop.example.com.evil.example',
    'https://shop.example.com:8443',
    'https://SHOP.example.com',
    'null',
  ])('a page of %s may not', async (origin) => {
    const asked = await fetch(`${product.baseUrl}/api/tawk-hash`, {
      method: 'OPTIONS',
      headers: { origin, ...preflight },
    });
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    const answer = await ask(await sign({ ...valid, sub: 'user_1' }), { origin });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it('no other route answers other origins', async () => {
    const answer = await fetch(`${product.baseUrl}/api/v1/chatwoot/health`, { headers: { origin: shop } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('neither an answer nor the log tells a key', async () => {
  const token = await sign({ ...valid, sub: 'user_1' }, 'another-secret-0123456789');
  await ask(token);
  await ask(await sign({ ...valid, sub: 'user_1' }));
  const log = logged.join('');
  expect(log).toContain('"msg":');
  for (const secret of [...Object.values(keys), token]) expect(log).not.toContain(secret);
});

test('failed tokens are limited by address; a right one still gets in', async () => {
  const statuses = new Set<number>();
  for (let count = 0; count < 65; count += 1) statuses.add((await ask('wrong')).status);
  expect(statuses).toContain(429);
  expect((await ask(await sign({ ...valid, sub: 'user_1' }))).status).toBe(200);
});

test.each(Object.keys(keys))('without %s it is not configured', async (missing) => {
  const other = await startProduct({ env: { ...keys, [missing]: '' } });
  const answer = await fetch(`${other.baseUrl}/api/tawk-hash`);
  await other.stop();
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: 'not_configured', message: expect.stringContaining(missing) });
});
