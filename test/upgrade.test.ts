import { promises as fs, readFileSync } from 'node:fs';
import path from 'node:path';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { createLog } from '../src/log.ts';
import { openChat } from './support/chat.ts';
import { createTestDatabase } from './support/database.ts';
import { launch } from './support/processes.ts';
import { fetchReady, startProduct } from './support/product.ts';
import { shownStats } from './support/stats.ts';
import { connectTo, startWorld } from './support/world.ts';

const migrationFolder = path.join(import.meta.dirname, '../migrations');
const rows = readFileSync(new URL('fixtures/filled-at-0003.sql', import.meta.url), 'utf8');

/** A database as an earlier version left it. */
async function createFilledDatabase(): Promise<string> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  const migrator = new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder }) });
  const { error } = await migrator.migrateTo('0003-members');
  await db.destroy();
  expect(error).toBeUndefined();
  const client = await connectTo(database.url);
  await client.query(rows);
  await client.end();
  return database.url;
}

test('npm run migrate brings a filled database of an earlier version up to date, and says so once', async (context) => {
  const world = await startWorld(context);
  const databaseUrl = await createFilledDatabase();
  const migrate = async () => {
    const { output, exited } = launch(world, { databaseUrl, args: ['migrate'] });
    expect(await exited, output.text()).toEqual({ code: 0, signal: null });
    return output.text();
  };
  expect(await migrate()).toMatch(/^Migrated: 0004-/m);
  expect(await migrate()).toMatch(/^The database is up to date\.$/m);
});

test('after an upgrade every incidence is there, counts in /stats and can be acted on', async () => {
  const databaseUrl = await createFilledDatabase();
  const product = await startProduct({ databaseUrl });
  onTestFinished(() => product.stop());
  const team = openChat(product);

  const { text: open = '' } = await team.ask('/open');
  expect([...open.matchAll(/#(\d+) /g)].map(([, id]) => id)).toEqual(['1', '2']);
  expect((await team.ask('/open refund')).text).toContain('#1 ');
  const shown = shownStats(await team.ask('/stats 2026-01-19..2026-01-19'));
  expect(shown).toMatchObject({ opened: 3, acknowledged: 1, closed: 1, openNow: 2 });
  expect((await team.ask('/why 2')).text).toContain('acknowledged by Ana');
  expect((await team.ask('/ack 1')).text).toBe('#1 is yours');
  expect((await team.ask('/close 2 spam')).text).toBe('#2 closed · spam');
  expect((await fetchReady(product)).status).toBe(200);
});

test('/ready names the migrations that a newer program waits for', async () => {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const [last] = await product.rows<{ name: string }>(
    'delete from kysely_migration where name = (select max(name) from kysely_migration) returning name',
  );
  const answer = await fetchReady(product);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    reasons: [`The database is not migrated (${last?.name}): run npm run migrate.`],
  });
});
