import { expect, test } from 'vitest';
import { post, secrets, startProduct } from './support/product.ts';
import { startWorld } from './support/world.ts';

test('a role that may open five connections takes every post, sixty at once', async (context) => {
  const world = await startWorld(context);
  const role = `few_${Date.now()}`;
  const name = new URL(world.databaseUrl).pathname.slice(1);
  await world.rows(`create role ${role} login superuser password 'few' connection limit 5`);
  context.onTestFinished(async () => {
    await world.rows(`drop owned by ${role} cascade`);
    await world.rows(`drop role ${role}`);
  });
  // A superuser is not held to the limit, so it stops being one; it owns what it creates.
  await world.rows(`alter role ${role} nosuperuser`);
  await world.rows(`grant all on schema public to ${role}; grant all on database ${name} to ${role}`);
  const url = new URL(world.databaseUrl);
  url.username = role;
  url.password = 'few';
  const product = await startProduct({ databaseUrl: url.href, observerUrl: world.databaseUrl, sandbox: world.sandbox });
  context.onTestFinished(() => product.stop());

  const address = `${product.baseUrl}/api/v1/chatwoot/webhook/${secrets.alertKey}`;
  const left = Array.from({ length: 300 }, (_, index) => index + 1);
  const statuses: number[] = [];
  const poster = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const conversation = { id: 4800 + id, status: 'open', messages: [] };
      const event = { event: 'message_created', id, message_type: 'incoming', content: 'x', account: { id: 1 } };
      statuses.push((await post(address, JSON.stringify({ ...event, conversation, sender: { name: 'I' } }))).status);
    }
  };
  await Promise.all(Array.from({ length: 60 }, poster));
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(statuses).toHaveLength(300);
  const [sessions] = await world.rows<{ count: number }>(
    'select count(*)::int from pg_stat_activity where usename = $1',
    role,
  );
  expect(sessions?.count).toBeLessThanOrEqual(5);
});
