import { createTelegramSandbox } from 'telegram-sandbox';
import { servePage } from 'telegram-sandbox/page';
import { expect, test } from 'vitest';
import { createPage } from '../src/app/sandbox-mode/page.ts';
import { createLog } from '../src/log.ts';

test.each([
  ['this machine', {}, 200],
  ['somebody behind a proxy', { 'x-forwarded-for': '203.0.113.7' }, 404],
  ['somebody behind a newer proxy', { forwarded: 'for=203.0.113.7' }, 404],
])('the chat page for %s', async (_, headers, status) => {
  const log = createLog('silent', { pretty: false });
  const target = () => ({ baseUrl: 'http://127.0.0.1:9' });
  const served = await servePage(createPage({ sandbox: createTelegramSandbox(), target, now: () => new Date(), log }));
  const page = await fetch(served.url, { headers });
  await served.stop();
  expect(page.status).toBe(status);
});
