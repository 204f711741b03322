import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { post, postChatwoot, type Product, secrets, startProduct } from './support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const notices = () =>
  product.sandbox.messages(SEED.carla).flatMap(({ text }) => (text?.includes(' rejected') ? [text] : []));
const noticesOf = (address: string, reason: string) =>
  notices().filter((text) => text.includes(`Address: ${address}\n`) && text.includes(`Reason: ${reason}\n`));
const key = { authorization: `Bearer ${secrets.alertKey}` };
const webhook = '/api/v1/chatwoot/webhook';

test.each([
  ['a body too large', '/webhooks/tawkto', Buffer.alloc(5_000_001), {}, 413, '/webhooks/tawkto', 'payload too large'],
  ['no signature', webhook, '{}', {}, 401, webhook, 'invalid signature'],
  ['a wrong key', `${webhook}/wrong-key`, '{}', {}, 401, `${webhook}/…`, 'unauthorized'],
  ['an unknown address', '/webhooks/tawk-to', '{}', {}, 404, '/webhooks/…', 'not found'],
  [
    'an unknown address with the key in it',
    `/api/v1/chatwoot/webhook/${secrets.alertKey}/x`,
    '{}',
    {},
    404,
    `${webhook}/…/…`,
    'not found',
  ],
  [
    'an encoding we do not read',
    '/api/v1/chatwoot/alerts',
    '{}',
    { ...key, 'content-encoding': 'br' },
    415,
    '/api/v1/chatwoot/alerts',
    'unsupported media type',
  ],
])('the admins learn of %s, once, with the number', async (_, path, body, headers, status, address, reason) => {
  for (let count = 0; count < 3; count += 1) {
    expect((await post(product.baseUrl + path, body, headers)).status).toBe(status);
  }
  await product.sandbox.waitFor(() => noticesOf(address, reason).length > 0, { what: `a notice about ${address}` });
  expect(noticesOf(address, reason)).toEqual([expect.stringContaining('3 webhooks or alerts were rejected')]);
  expect(notices().join('\n')).not.toContain(secrets.alertKey);
  const metrics = await (await fetch(`${product.baseUrl}/metrics`, { headers: key })).text();
  expect(metrics).toContain(
    `bellhop_refused_deliveries_total{address="${address}",code="${reason.replaceAll(' ', '_')}"} 3`,
  );
  expect(metrics).not.toContain(secrets.alertKey);
});

test('what strangers ask for, what is kept and what a person tries notifies nobody', async () => {
  await post(`${product.baseUrl}/wp-login.php`, '{}');
  await post(`${product.baseUrl}/api/v2/users`, '{}');
  await fetch(product.baseUrl + webhook);
  await post(`${product.baseUrl}/api/v1/chatwoot/test`, '', { authorization: 'Bearer wrong' });
  expect((await postChatwoot(product, 'no JSON')).status).toBe(400);
  // Causes are reported in their order: this one is the last.
  expect((await fetch(product.baseUrl + webhook, { method: 'PUT', body: '{}' })).status).toBe(405);
  await product.sandbox.waitFor(() => noticesOf(webhook, 'method not allowed').length > 0, { what: 'the last notice' });
  const others = ['wp-login', 'v2', '/test', 'bad request'];
  expect(notices().filter((text) => others.some((other) => text.includes(other)))).toEqual([]);
});

test('a flood of made-up addresses is one notice and bounded in memory', async () => {
  const made = Array.from({ length: 300 }, (_, index) => `/webhooks/${index}/${'x/'.repeat(index)}`);
  for (const path of made) await post(product.baseUrl + path, '{}');
  await product.sandbox.waitFor(() => noticesOf('/webhooks/…/…/…/…/…/…', 'not found').length > 0, { what: 'a notice' });
  const metrics = await (await fetch(`${product.baseUrl}/metrics`, { headers: key })).text();
  expect(metrics.match(/^bellhop_refused_deliveries_total\{address="\/webhooks\/…/gm)?.length).toBeLessThan(10);
});
