import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { proxySettings } from '../src/config/proxy.ts';
import { checkTawkRest } from '../src/tawk/check.ts';
import { createTawkRest } from '../src/tawk/rest-client.ts';
import { productEnv } from './support/product.ts';
import { startProxy } from './support/proxy.ts';
import { type Fault, startTawkRest } from './support/tawk-rest.ts';
import { startWorld } from './support/world.ts';

const direct = proxySettings({});

const faults: readonly (readonly [string, Fault, object])[] = [
  [
    'a limit without a time',
    { kind: 'answer', status: 429, body: { ok: false, error: 'rate_limited' } },
    { kind: 'rate-limited', detail: 'property.list answered HTTP 429 (rate_limited)' },
  ],
  [
    'a limit with a time',
    { kind: 'answer', status: 429, body: '', headers: { 'retry-after': '7' } },
    { kind: 'rate-limited', detail: 'property.list answered HTTP 429', retryAfterMs: 7_000 },
  ],
  [
    'a limit that is no status',
    { kind: 'answer', status: 200, body: { ok: false, error: 'rate_limited' } },
    expect.objectContaining({ kind: 'rate-limited' }),
  ],
  [
    'no approval',
    { kind: 'answer', status: 403, body: { ok: false, error: 'forbidden', message: 'not approved' } },
    { kind: 'refused', detail: 'property.list answered HTTP 403 (forbidden, not approved)' },
  ],
  [
    'a wrong request',
    { kind: 'answer', status: 400, body: { ok: false, error: 'validation_error' } },
    { kind: 'unexpected', detail: 'property.list answered HTTP 400 (validation_error)' },
  ],
  [
    'another server',
    { kind: 'answer', status: 200, body: '<h1>Welcome</h1>' },
    { kind: 'unexpected', detail: 'property.list answered HTTP 200' },
  ],
  [
    'a failing server',
    { kind: 'answer', status: 503, body: 'unavailable' },
    { kind: 'unreachable', detail: 'property.list answered HTTP 503' },
  ],
  ['a cut answer', { kind: 'cut' }, expect.objectContaining({ kind: 'unreachable' })],
  ['no answer', { kind: 'hang' }, expect.objectContaining({ kind: 'unreachable' })],
];

test.for(faults)('a call that meets %s says so', async ([, fault, failure], context) => {
  const rest = await startTawkRest(context);
  rest.faults.push(fault);
  const timeoutMs = fault.kind === 'hang' ? 300 : 10_000;
  const client = createTawkRest({ url: rest.url, key: rest.key, proxy: direct, timeoutMs });
  expect(await client.listProperties()).toEqual({ ok: false, failure });
});

test('a wrong key is refused, the right one is an HTTP Basic user without a password', async (context) => {
  const rest = await startTawkRest(context);
  const listWith = (key: string) => createTawkRest({ url: rest.url, key, proxy: direct }).listProperties();
  expect(await listWith('wrong')).toMatchObject({ ok: false, failure: { kind: 'refused' } });
  expect(await listWith(rest.key)).toEqual({
    ok: true,
    data: [{ id: '5f1a9c3be7a2d84c90b1e6f4', name: 'Annapurna Platters' }],
  });
});

test('the check tells a key that works from one that is refused, limited, blind or sent elsewhere', async (context) => {
  const rest = await startTawkRest(context);
  const check = async (change: object = {}) => {
    const [found] = await checkTawkRest({ restApiKey: rest.key, restUrl: rest.url, ...change }, direct);
    return found;
  };
  expect(await check()).toMatchObject({ state: 'ok', found: 'the key works; it sees Annapurna Platters' });
  expect(await check({ restApiKey: undefined })).toMatchObject({ state: 'ok' });
  expect(await check({ restApiKey: 'wrong' })).toMatchObject({
    state: 'fail',
    found: expect.stringContaining('HTTP 401 (auth_error, invalid_auth)'),
    change: expect.stringContaining('https://help.tawk.to/article/rest-api'),
  });
  rest.isApproved = false;
  expect(await check()).toMatchObject({ state: 'fail', found: expect.stringContaining('HTTP 403 (forbidden)') });
  rest.isApproved = true;
  rest.properties = [];
  expect(await check()).toMatchObject({ state: 'fail', found: 'the key works, but sees no property' });
  rest.faults.push({ kind: 'answer', status: 429, body: {} });
  expect(await check()).toMatchObject({ state: 'note' });
  expect(await check({ restUrl: rest.url.replace('/v1', '/v2') })).toMatchObject({
    state: 'fail',
    change: expect.stringContaining('TAWK_REST_URL'),
  });
  expect(await check({ restUrl: 'http://127.0.0.1:1/v1' })).toMatchObject({
    state: 'fail',
    found: expect.stringContaining('cannot be reached'),
  });
});

test('doctor checks the key, through the proxy, without showing it', { timeout: 60_000 }, async (context) => {
  const world = await startWorld(context);
  const proxy = await startProxy(world);
  const main = join(import.meta.dirname, '../src/main.ts');
  const env = {
    ...productEnv(world.sandbox, world.databaseUrl),
    HTTP_PROXY: proxy.url,
    TAWK_REST_API_KEY: 'some-rest-key-of-tawk',
    TAWK_REST_URL: 'http://tawk-rest.invalid/v1',
  };
  const ended = promisify(execFile)(process.execPath, [main, 'doctor'], { cwd: tmpdir(), env });
  const { stdout } = await ended.catch((error: unknown) => error as { stdout: string });
  expect(stdout).toMatch(/^FAIL {2}tawk REST: http:\/\/tawk-rest.invalid\/v1 /m);
  expect(stdout).not.toContain('some-rest-key');
  expect(proxy.asked).toContain('http://tawk-rest.invalid/v1/property.list');
});
