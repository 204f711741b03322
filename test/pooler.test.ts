import { expect, test, vi } from 'vitest';
import { sql } from 'kysely';
import { executeBatch } from '../src/database/batch.ts';
import { connect } from '../src/database/connect.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { createLog } from '../src/log.ts';
import { openChat } from './support/chat.ts';
import { createTestDatabase } from './support/database.ts';
import { startPgBouncer, withoutPgBouncer } from './support/pgbouncer.ts';
import { launch, startProcess } from './support/processes.ts';
import { fetchReady, postAlert, quiet, startProduct } from './support/product.ts';
import { startTransactionPooler } from './support/transaction-pooler.ts';
import {
  alertOf,
  allShown,
  connectTo,
  nothingWaits,
  postAlerts,
  range,
  shownConversations,
  startWorld,
  type World,
} from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

test.skipIf(withoutPgBouncer)(
  'two receivers, a processor and a sender through PgBouncer in transaction mode: each alert is shown once, and a new sender takes over',
  async (context) => {
    const world = await startWorld(context);
    await flushByDefault(world);
    const pooler = await startPgBouncer(world.databaseUrl);
    world.atEnd(pooler.stop);
    const through = (roles: string) =>
      startProcess(world, {
        databaseUrl: pooler.url,
        env: { ROLES: roles, DATABASE_URL_DIRECT: world.databaseUrl },
      });
    const receivers = await Promise.all([through('http'), through('http')]);
    const processor = await through('process');
    const sender = await through('bot');
    await sender.said('telegram.connected');

    await Promise.all(receivers.map((receiver, index) => postAlerts(receiver, range(index * 30, 30))));
    await allShown(world.sandbox, range(0, 60));
    await nothingWaits(world);
    const messageId = world.sandbox.messages(SEED.supportTeam)[0]?.message_id ?? 0;
    const press = { chatId: SEED.supportTeam, messageId, button: 'Acknowledge', by: SEED.ana };
    expect((await world.sandbox.press(press))?.text).toContain('is yours');
    expect((await fetchReady(receivers[0])).status).toBe(200);

    const next = await through('bot');
    sender.signal('SIGKILL');
    await next.said('telegram.connected');
    await postAlerts(receivers[1], range(60, 10));
    await allShown(world.sandbox, range(60, 10));
    await nothingWaits(world);
    expect(shownConversations(world.sandbox).toSorted((a, b) => a - b)).toEqual(range(0, 70));

    // What some commits do not wait for must not reach those that are confirmed to somebody.
    const sessions = await Promise.all(range(0, 4).map(() => connectTo(pooler.url)));
    for (const session of sessions) {
      await session.query('begin');
      expect((await session.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
    }
    await Promise.all(sessions.map((session) => session.end()));
    for (const { output } of [...receivers, processor, next]) expect(output()).not.toMatch(/"level":"(error|fatal)"/);
  },
);

test.for(['last-used', 'rotating'] as const)(
  'through a pooler that hands sessions out (%s), alerts, presses and lists work',
  async (order, context) => {
    const world = await startWorld(context);
    const pooler = await startTransactionPooler(world.databaseUrl, order);
    context.onTestFinished(pooler.stop);
    const env = { DATABASE_URL: pooler.url, DATABASE_URL_DIRECT: world.databaseUrl };
    const product = await startProduct({ sandbox: world.sandbox, databaseUrl: world.databaseUrl, env });
    context.onTestFinished(product.stop);
    for (const conversation of range(1, 10))
      expect((await postAlert(product, alertOf(conversation))).status).toBeLessThan(300);
    await quiet(product);
    const team = openChat(product);
    expect((await team.ask('/open')).text).toContain('#10');
    expect((await team.ask('/why 10')).text).toContain('received as an alert');
  },
);

test('through a pooler the settings of a transaction or a batch hold for it alone', async (context) => {
  const world = await startWorld(context);
  await flushByDefault(world);
  const log = createLog('silent', { pretty: false });
  const db = connect(world.databaseUrl, { role: 'test', connections: 1, log, flush: false, shared: true });
  context.onTestFinished(() => db.destroy());
  const read = sql<Record<string, string>>`select current_setting('synchronous_commit') as flush,
    current_setting('lock_timeout') as patience`;
  expect((await db.transaction().execute((trx) => read.execute(trx))).rows).toEqual([
    { flush: 'off', patience: '10s' },
  ]);
  expect(await executeBatch(db, [], read)).toEqual([{ flush: 'off', patience: '10s' }]);
  expect((await read.execute(db)).rows).toEqual([{ flush: 'on', patience: '0' }]);
});

test('a start and the doctor say what is wrong with two addresses', async (context) => {
  const world = await startWorld(context);
  const pooler = await startTransactionPooler(world.databaseUrl, 'rotating');
  const elsewhere = await createTestDatabase();
  context.onTestFinished(async () => {
    await pooler.stop();
    await elsewhere.drop();
  });
  const refused = async (env: Record<string, string>, words: string) => {
    for (const args of [[], ['doctor']]) {
      const { output, exited } = launch(world, { env, args });
      expect(await exited, output.text()).toEqual({ code: 1, signal: null });
      expect(output.text()).toContain(words);
    }
  };

  const other = new URL(pooler.url);
  other.searchParams.set('application_name', 'direct');
  const both = { DATABASE_URL: pooler.url, DATABASE_URL_DIRECT: other.href };
  await refused(both, 'DATABASE_URL_DIRECT points to a transaction-mode pooler');
  const apart = { DATABASE_URL: pooler.url, DATABASE_URL_DIRECT: elsewhere.url };
  await refused(apart, 'DATABASE_URL and DATABASE_URL_DIRECT lead to different databases');

  const name = new URL(world.databaseUrl).pathname.slice(1);
  await world.rows(`alter database ${name} set timezone to 'Asia/Kolkata'`);
  // Sessions that the first one keeps still have what was the default before.
  const fresh = await startTransactionPooler(world.databaseUrl, 'rotating');
  const right = { DATABASE_URL: fresh.url, DATABASE_URL_DIRECT: world.databaseUrl };
  await refused(right, "alter role current_user set timezone to 'UTC';");
  await world.rows(`alter database ${name} reset timezone`);
  await fresh.stop();
  const last = await startTransactionPooler(world.databaseUrl, 'rotating');
  context.onTestFinished(last.stop);
  const { output, exited } = launch(world, { env: { ...right, DATABASE_URL: last.url }, args: ['doctor'] });
  expect((await exited).code, output.text()).toBe(0);
  expect(output.text()).toContain('pooler: DATABASE_URL leads to the same database');
});

/** Unlike the server of the tests. */
async function flushByDefault(world: World): Promise<void> {
  await world.rows(`alter database ${new URL(world.databaseUrl).pathname.slice(1)} set synchronous_commit to on`);
}
