import { expect, test } from 'vitest';
import { openChat } from './support/chat.ts';
import { fetchReady, postAlert, startProduct } from './support/product.ts';
import { startWorld, type World } from './support/world.ts';

async function startUnready(world: World, env: Record<string, string>) {
  world.sandbox.faults.add({ kind: 'outage' });
  const product = await startProduct({ ...world, env });
  world.atEnd(() => product.stop());
  return product;
}

test('everyone sees that Bellhop is not ready; only the key shows why', async (context) => {
  const product = await startUnready(await startWorld(context), {});
  const without = await fetch(`${product.baseUrl}/ready`);
  expect(without.status).toBe(503);
  expect(await without.json()).toEqual({ status: 'not ready', timestamp: expect.any(String) });
  const withKey = await fetchReady(product);
  expect(withKey.status).toBe(503);
  expect(await withKey.json()).toMatchObject({ reasons: [expect.stringContaining('Telegram has not answered')] });
});

test('without a key set, this machine sees the reasons, others through a proxy do not', async (context) => {
  const product = await startUnready(await startWorld(context), { CHATWOOT_ALERT_KEY: '' });
  expect(await (await fetch(`${product.baseUrl}/ready`)).json()).toHaveProperty('reasons');
  const proxied = await fetch(`${product.baseUrl}/ready`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  expect(proxied.status).toBe(503);
  expect(await proxied.json()).not.toHaveProperty('reasons');
});

test('received events that wait to be processed: /open gives no all-clear, and /ready says so after a minute', async ({
  onTestFinished,
}) => {
  let aheadMs = 0;
  const product = await startProduct({ env: { ROLES: 'http,bot' }, now: () => new Date(Date.now() + aheadMs) });
  onTestFinished(() => product.stop());
  await postAlert(product, { severity: 'high', reason: 'X', conversation_id: 1, message: 'x' });
  const { text } = await openChat(product).ask('/open');
  expect(text).toBe('⏳ 1 received event is still being processed and may add to this list.');

  const reasons = async () => (await (await fetchReady(product)).json()) as { reasons?: string[] };
  expect((await reasons()).reasons ?? []).not.toContainEqual(expect.stringContaining('to be processed'));
  aheadMs = 61_000;
  expect((await reasons()).reasons).toContainEqual(
    expect.stringContaining('1 received events have waited over a minute to be processed'),
  );
});
