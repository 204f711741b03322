import { expect, test } from 'vitest';
import { fetchReady, startProduct } from './support/product.ts';
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
