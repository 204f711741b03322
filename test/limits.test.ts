import { afterEach, beforeEach, expect, test } from 'vitest';
import { post, postAlert, postTawk, type Product, quiet, secrets, startProduct } from './support/product.ts';

let product: Product;
beforeEach(async () => {
  product = await startProduct({ env: { ALERTS_PER_MINUTE: '4', WEBHOOKS_PER_MINUTE: '2' } });
});
afterEach(() => product.stop());

const alert = (id: number) => ({ severity: 'low', reason: 'TEST', conversation_id: id, message: 'help' });

test('guessing keys is limited by address, and the right key still gets in', async () => {
  const url = `${product.baseUrl}/api/v1/chatwoot/test`;
  const guess = () => post(url, '', { authorization: 'Bearer wrong-key-wrong-key' });
  const statuses = new Set<number>();
  for (let count = 0; count < 65; count += 1) statuses.add((await guess()).status);
  expect([...statuses]).toEqual([401, 429]);
  expect((await post(url, '', { authorization: `Bearer ${secrets.alertKey}` })).status).toBe(200);
});

test('each source has its own limit a minute; beyond it 429 says when to come again', async () => {
  const statuses: number[] = [];
  for (let id = 1; id <= 5; id += 1) statuses.push((await postAlert(product, alert(id))).status);
  expect(statuses).toEqual([200, 200, 200, 200, 429]);
  const test = await post(`${product.baseUrl}/api/v1/chatwoot/test`, '', {
    authorization: `Bearer ${secrets.alertKey}`,
  });
  expect(test).toMatchObject({ status: 429, body: { error: 'rate_limited' } });
  const refused = await fetch(`${product.baseUrl}/api/v1/chatwoot/alerts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secrets.alertKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(alert(6)),
  });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('ratelimit-reset')).toBe(refused.headers.get('retry-after'));
  expect([refused.headers.get('ratelimit-limit'), refused.headers.get('ratelimit-remaining')]).toEqual(['4', '0']);
  expect(await refused.json()).toMatchObject({ success: false, error: 'rate_limited' });

  const body = '{"event":"test"}';
  expect((await postTawk(product, body)).status).toBe(200);
  expect((await postTawk(product, body)).status).toBe(200);
  expect((await postTawk(product, body)).status).toBe(429);
});

test('/metrics counts what waits, for who has the key', async () => {
  for (let id = 1; id <= 3; id += 1) await postAlert(product, alert(id));
  await postTawk(product, '{"event":"test"}');
  await quiet(product);
  const keyed = { authorization: `Bearer ${secrets.alertKey}` };
  const answer = await fetch(`${product.baseUrl}/metrics`, { headers: keyed });
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(text).toContain('bellhop_open_incidences{severity="low"} 3');
  expect(text).toContain('bellhop_inbound_events{state="drift"} 1');
  expect(text).toContain('bellhop_deliveries{state="dead"} 0');
  const [, sent] = /bellhop_delivery_attempts_total\{kind="send_card",outcome="sent"\} (\d+)/.exec(text) ?? [];
  expect(Number(sent)).toBeGreaterThanOrEqual(3);
  expect(text).toMatch(/bellhop_delivery_attempt_seconds_total\{kind="send_card",outcome="sent"\} [\d.]+/);

  // nginx that keeps connections open asks just like somebody on this machine.
  expect((await fetch(`${product.baseUrl}/metrics`)).status).toBe(401);
  const wrong = { authorization: `Bearer ${secrets.alertKey}x` };
  expect((await fetch(`${product.baseUrl}/metrics`, { headers: wrong })).status).toBe(401);
});

test('/metrics says so when the database cannot tell', async () => {
  await product.rows('alter table lanes rename to lanes_away');
  const keyed = { authorization: `Bearer ${secrets.alertKey}` };
  const answer = await fetch(`${product.baseUrl}/metrics`, { headers: keyed });
  await product.rows('alter table lanes_away rename to lanes');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: 'unavailable', message: expect.stringContaining('/ready') });
});
