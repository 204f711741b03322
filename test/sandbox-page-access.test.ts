import { createTelegramSandbox } from 'telegram-sandbox';
import { servePage } from 'telegram-sandbox/page';
import { expect, test, type TestContext } from 'vitest';
import { createPage } from '../src/app/sandbox-mode/page.ts';
import { createIsLocalRequest } from '../src/http/local-request.ts';
import { createLog } from '../src/log.ts';

async function startPage({ onTestFinished }: TestContext, key: string) {
  const log = createLog('silent', { pretty: false });
  const target = () => ({ baseUrl: 'http://127.0.0.1:9' });
  const isLocalRequest = createIsLocalRequest(['127.0.0.0/8']);
  const page = createPage({
    sandbox: createTelegramSandbox(),
    key,
    isLocalRequest,
    target,
    now: () => new Date(),
    log,
  });
  const served = await servePage(page);
  onTestFinished(() => served.stop());
  return served.url;
}

test.for<[string, string, Record<string, string>, number]>([
  ['with the key', '/?key=right', {}, 200],
  // As from a proxy on this machine that keeps its connections and adds no header.
  ['without the key', '/', {}, 404],
  ['with a wrong key', '/?key=wrong', {}, 404],
  ['with an empty key', '/?key=', {}, 404],
  ['without the key, for its files', '/assets/main.js', {}, 404],
  ['with the key behind a proxy', '/?key=right', { 'x-forwarded-for': '203.0.113.7' }, 404],
  [
    'with the key and a made-up address, behind a proxy',
    '/?key=right',
    { 'x-forwarded-for': '127.0.0.1, 203.0.113.7' },
    404,
  ],
  ['with the key behind a newer proxy', '/?key=right', { forwarded: 'for=203.0.113.7' }, 404],
])('the chat page %s', async ([, path, headers, status], context) => {
  const response = await fetch(`${await startPage(context, 'right')}${path}`, { headers });
  expect(response.status).toBe(status);
  expect(response.headers.getSetCookie()).toHaveLength(status === 200 ? 1 : 0);
});

test('the cookie admits reloads, files, the live stream and actions, until the key changes', async (context) => {
  const url = await startPage(context, 'right');
  const [set] = (await fetch(`${url}/?key=right`)).headers.getSetCookie();
  expect(set).toMatch(/^bellhop_sandbox_\d+=right; Path=\/; HttpOnly; SameSite=Strict$/);
  const cookie = set?.split(';')[0] ?? '';
  for (const path of ['/', '/assets/main.js', '/stream']) {
    const response = await fetch(url + path, { headers: { cookie } });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  }
  const act = (headers: Record<string, string>) =>
    fetch(`${url}/act`, {
      method: 'POST',
      headers: { origin: url, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ do: 'clear-faults' }),
    });
  expect((await act({ cookie })).status).toBe(200);
  expect((await act({})).status).toBe(404);
  expect((await act({ cookie: cookie.replace('right', 'earlier') })).status).toBe(404);
});
