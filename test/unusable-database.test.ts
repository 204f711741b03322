import { expect, test, vi } from 'vitest';
import { sharesSessions } from '../src/database/usable.ts';
import { launch, startProcess } from './support/processes.ts';
import { fetchReady, postAlert } from './support/product.ts';
import { alertOf, connectTo, cutConnections, startWorld } from './support/world.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 60_000 });

test('a database that turns read-only is named by /ready, by refused posts and by a start', async (context) => {
  const world = await startWorld(context);
  const bellhop = await startProcess(world);
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

test('two sessions that share a server process, as behind a transaction pooler, are told from two that do not', async (context) => {
  const world = await startWorld(context);
  const one = await connectTo(world.databaseUrl);
  const other = await connectTo(world.databaseUrl);
  try {
    expect(await sharesSessions(one, other)).toBe(false);
    expect(await sharesSessions(one, one)).toBe(true);
  } finally {
    await one.end();
    await other.end();
  }
});
