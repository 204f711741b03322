import { expect, test, vi } from 'vitest';
import { sharesSessions } from '../src/database/usable.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { launch, startProcess } from './support/processes.ts';
import { fetchReady, postAlert } from './support/product.ts';
import { startTransactionPooler } from './support/transaction-pooler.ts';
import { alertOf, connectTo, cutConnections, range, startWorld } from './support/world.ts';
import { patiently, waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 60_000 });

test('a database that turns read-only is named by /ready, by refused posts and by a start', async (context) => {
  const world = await startWorld(context);
  const bellhop = await startProcess(world);
  await postAlert(bellhop, alertOf(4500));
  const name = new URL(world.databaseUrl).pathname.slice(1);
  await world.rows(`alter database ${name} set default_transaction_read_only to on`);
  await cutConnections(world, '%');

  const ready = () => fetchReady(bellhop);
  await waitUntil(async () => (await (await ready()).text()).includes('the database is read-only'));
  expect((await ready()).status).toBe(503);
  const { status, body } = await postAlert(bellhop, alertOf(4501));
  expect(status).toBe(503);
  expect(body['message']).toContain('The database is read-only');

  const next = launch(world, {});
  expect(await next.exited).toEqual({ code: 1, signal: null });
  expect(next.output.text()).toContain('Bellhop cannot start: the database is read-only.');

  const { sandbox } = world;
  const notices = (words: string) => sandbox.messages(SEED.carla).filter(({ text }) => text?.includes(words));
  await sandbox.waitFor(() => notices("can't store anything: the database is read-only").length === 1, patiently);
  const card = sandbox.messages(SEED.supportTeam).at(-1);
  const press = { chatId: SEED.supportTeam, messageId: card?.message_id ?? 0, button: 'Acknowledge', by: SEED.ana };
  expect((await sandbox.press(press))?.text).toContain("Nothing was changed: Bellhop's database can't be written");

  await world.rows(`alter database ${name} reset default_transaction_read_only`);
  await cutConnections(world, '%');
  await sandbox.waitFor(() => notices('can be written again').length === 1, patiently);
  expect(notices("can't store anything")).toHaveLength(1);
});

test('a database in another encoding is refused at the start', async (context) => {
  const world = await startWorld(context);
  const name = `${new URL(world.databaseUrl).pathname.slice(1)}_latin`;
  await world.rows(`create database ${name} encoding 'LATIN1' locale 'C' locale_provider libc template template0`);
  context.onTestFinished(async () => void (await world.rows(`drop database ${name} with (force)`)));
  const url = new URL(world.databaseUrl);
  url.pathname = `/${name}`;

  const bellhop = launch(world, { databaseUrl: url.href });
  expect(await bellhop.exited).toEqual({ code: 1, signal: null });
  expect(bellhop.output.text()).toContain('Bellhop cannot start: the database encoding is LATIN1, not UTF8.');
});

test.for([
  { order: 'last-used', clients: 3 },
  { order: 'rotating', clients: 1 },
] as const)(
  'a transaction pooler ($order) is refused by a start and by the doctor, and nothing is sent through it',
  async ({ order, clients }, context) => {
    const world = await startWorld(context);
    const pooler = await startTransactionPooler(world.databaseUrl, order);
    context.onTestFinished(pooler.stop);
    // Other programs leave connections to the pool: two sessions of ours need not meet on one.
    const others = await Promise.all(range(0, clients).map(() => connectTo(pooler.url)));
    context.onTestFinished(async () => void (await Promise.all(others.map((other) => other.end()))));

    const start = launch(world, { databaseUrl: pooler.url });
    expect(await start.exited).toEqual({ code: 1, signal: null });
    expect(start.output.text()).toContain('Bellhop cannot start: DATABASE_URL points to a transaction-mode pooler');
    expect(start.output.text()).toContain('usually port 5432');
    expect(start.output.text()).not.toContain('sender.took_over');

    const doctor = launch(world, { databaseUrl: pooler.url, args: ['doctor'] });
    expect(await doctor.exited).toEqual({ code: 1, signal: null });
    expect(doctor.output.text()).toContain('DATABASE_URL points to a transaction-mode pooler');
  },
);

test('sessions of a database that is reached directly are not taken for pooled ones', async (context) => {
  const world = await startWorld(context);
  const one = await connectTo(world.databaseUrl);
  const other = await connectTo(world.databaseUrl);
  try {
    expect(await sharesSessions(one, other)).toBe(false);
  } finally {
    await one.end();
    await other.end();
  }
});
