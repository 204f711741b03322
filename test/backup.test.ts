import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test, type TestContext, vi } from 'vitest';
import { findServer } from '../src/database/embedded/process.ts';
import { openChat } from './support/chat.ts';
import { createTestDatabase } from './support/database.ts';
import { launch } from './support/processes.ts';
import { startProduct } from './support/product.ts';
import {
  allShown,
  connectTo,
  found,
  nothingWaits,
  postAlerts,
  range,
  startWorld,
  type World,
} from './support/world.ts';

// Commands are processes of their own; on a busy machine each takes seconds.
vi.setConfig({ testTimeout: 120_000 });

test('a backup made while alerts arrive restores one instant, and its cards can be edited', async (context) => {
  const { world, file, run, other } = await startBackupWorld(context);
  const product = await startProduct(world);
  await postAlerts(product, range(1, 5));
  await allShown(world.sandbox, range(1, 5));
  expect(await openChat(product).press(2, 'Acknowledge')).toContain('#2');

  const posting = (async () => {
    for (let from = 10; from < 90; from += 10) await postAlerts(product, range(from, 10));
  })();
  const backup = await run(['backup', file]);
  await posting;
  expect(backup).toMatchObject({
    code: 0,
    output: expect.stringMatching(/backup: \d+ incidences, \d+ rows, \d+ bytes\./),
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await product.stop();

  const { url, rows } = await other();
  expect(await run(['restore', file], { databaseUrl: url })).toMatchObject({ code: 0 });
  // What was written in one transaction is there together or not at all.
  expect(
    await rows(`select id from incidences where alert_count <> (
      select count(*) from inbound_events where incidence_id = incidences.id and state = 'processed')`),
  ).toEqual([]);
  const restored = await startProduct({ ...world, databaseUrl: url });
  context.onTestFinished(() => restored.stop());
  const team = openChat(restored);
  expect(team.state(2)).toContain('acknowledged by Ana');
  expect(await team.press(1, 'Acknowledge')).toBe('#1 is yours');
  await team.waitForCard(1, 'acknowledged by Ana');
  expect((await team.ask('/close 2 resolved')).text).toContain('#2 closed');
  const next = await postAlerts(restored, [500]);
  expect(next[0]?.status).toBe(200);
});

test('every value, and the next number of everything, survives external → embedded → external', async (context) => {
  const { world, file, run, other } = await startBackupWorld(context);
  const product = await startProduct(world);
  await postAlerts(product, range(1, 3));
  await allShown(world.sandbox, range(1, 3));
  expect((await openChat(product).ask('/close 3 resolved paid; \\N \t "quoted" – ✓')).text).toContain('#3 closed');
  await nothingWaits(world);
  await product.stop();
  await world.rows(`delete from deliveries where id = (select max(id) from deliveries)`);
  await world.rows(`insert into settings values ('odd', 'null', '2026-01-31T08:00:00.123456Z')`);
  const before = await contentOf(world.rows);

  const embedded = await emptyDataDir(context);
  expect(await run(['backup', file])).toMatchObject({ code: 0 });
  expect(await run(['restore', file], embedded)).toMatchObject({ code: 0 });
  expect(await run(['backup', file], embedded)).toMatchObject({ code: 0 });
  const { url, rows } = await other();
  expect(await run(['restore', file], { databaseUrl: url })).toEqual({
    code: 0,
    output: expect.stringContaining('Restored 3 incidences as they were at '),
  });
  expect(await contentOf(rows)).toEqual(before);
});

test('a restore that is refused, or whose file is damaged, changes nothing and says what to do', async (context) => {
  const { world, file, run } = await startBackupWorld(context);
  const product = await startProduct(world);
  await postAlerts(product, [1]);
  await nothingWaits(world);
  expect(await run(['backup', file])).toMatchObject({ code: 0 });
  await found(world, `select 1 from pg_locks where locktype = 'advisory' and granted`);
  expect((await run(['restore', file, '--force'])).output).toContain('Bellhop is running on this database. Stop it');
  await product.stop();
  const before = await contentOf(world.rows);

  const refused = async (args: string[], words: string) => {
    const { code, output } = await run(['restore', ...args]);
    expect(output).toContain(words);
    expect(code).toBe(1);
    expect(await contentOf(world.rows)).toEqual(before);
  };
  await refused([file], 'The database is not empty: it has rows in ');
  await refused([file, '--forse'], "Unknown option '--forse'. Usage: npm run restore -- <file> [--force]");
  await refused([], 'Name a file.');
  await refused([`${file}.gone`, '--force'], 'There is no file');

  const whole = await readFile(file);
  const text = gunzipSync(whole).toString('latin1');
  const damaged = async (bytes: Buffer, words: string) => {
    await writeFile(file, bytes);
    await refused([file, '--force'], words);
  };
  await damaged(Buffer.from('hello'), 'is damaged or is not a backup of Bellhop');
  await damaged(whole.subarray(0, -40), 'is damaged or is not a backup of Bellhop');
  await damaged(gzipSync(Buffer.from(text.slice(0, -300), 'latin1')), 'cut off');
  await damaged(
    gzipSync(Buffer.from(text.replace(/(?<="table":"cards".*\n).*\n/, ''), 'latin1')),
    'it lacks rows of cards',
  );
  await damaged(gzipSync(Buffer.from(text.replace(/(?<="table":"cards".*\n)/, 'x'), 'latin1')), 'damaged');
  await damaged(
    gzipSync(Buffer.from(text.replace(/"\]/, '","9999-future"]'), 'latin1')),
    'The backup was made by a newer version of Bellhop (9999-future). Update Bellhop',
  );

  await writeFile(file, whole);
  expect(await run(['restore', file, '--force'])).toMatchObject({ code: 0 });
  expect(await contentOf(world.rows)).toEqual(before);
});

test('a backup that cannot be written says why and leaves the last one', async (context) => {
  const { world, directory, file, run } = await startBackupWorld(context);
  expect((await run(['backup', file])).output).toContain('There is nothing to back up');
  await (await startProduct(world)).stop();
  expect((await run(['backup', join(directory, 'no/such/file')])).output).toContain('does not exist');
  expect((await run(['backup'])).output).toContain('Usage: npm run backup -- <file>');
  expect(await run(['backup', file])).toMatchObject({ code: 0 });
  const last = await readFile(file);
  await world.rows(`insert into kysely_migration values ('9999-future', now())`);
  expect((await run(['backup', file])).output).toContain('A newer version of Bellhop uses this database (9999-future)');
  expect(await readFile(file)).toEqual(last);
  expect(await readdir(directory)).toEqual(['kept.backup']);
});

type Run = (
  args: string[],
  at?: Readonly<{ databaseUrl: string; env?: Record<string, string> }>,
) => Promise<{ code: number | null; output: string }>;

async function startBackupWorld(context: TestContext) {
  const world = await startWorld(context);
  const directory = await mkdtemp(join(tmpdir(), 'bellhop-backup-'));
  context.onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const run: Run = async (args, at) => {
    const { output, exited } = launch(world, { args, ...at });
    const { code } = await exited;
    return { code, output: output.text() };
  };
  const other = async () => {
    const database = await createTestDatabase();
    const client = await connectTo(database.url);
    context.onTestFinished(async () => {
      await client.end();
      await database.drop();
    });
    const rows: World['rows'] = async (sql, ...values) => (await client.query(sql, values)).rows;
    return { url: database.url, rows };
  };
  return { world, directory, file: join(directory, 'kept.backup'), run, other };
}

async function emptyDataDir({ onTestFinished: atEnd }: TestContext) {
  const dataDir = await mkdtemp(join(tmpdir(), 'bellhop-backup-'));
  // As root the server runs as another user, who may enter.
  await chmod(dataDir, 0o755);
  atEnd(async () => {
    const server = await findServer(join(dataDir, 'postgres/data'));
    if (server.kind === 'running') process.kill(server.pid, 'SIGQUIT');
    await rm(dataDir, { recursive: true, force: true });
  });
  return { databaseUrl: '', env: { DATABASE_URL: '', DATA_DIR: dataDir } };
}

/** All rows of all tables, and the last number that each identity column gave. */
async function contentOf(rows: World['rows']): Promise<Record<string, unknown>> {
  const tables = await rows<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely%' order by 1`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const content: Record<string, unknown> = {};
  for (const { name } of tables) content[name] = await rows(`select * from ${name} row order by row::text`);
  content['sequences'] = await rows('select sequencename, last_value from pg_sequences order by 1');
  return content;
}
