import { promises as fs, readFileSync } from 'node:fs';
import path from 'node:path';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { senderLockKey } from '../src/app/base.ts';
import { restoreBackup } from '../src/database/backup/restore-backup.ts';
import { connect } from '../src/database/connect.ts';
import { createLog } from '../src/log.ts';
import { openChat } from './support/chat.ts';
import { createTestDatabase } from './support/database.ts';
import { launch } from './support/processes.ts';
import { fetchReady, postAlert, startProduct } from './support/product.ts';
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

// Made by these releases themselves, with alerts, a chat, a tag, an acknowledgement and a close.
test.each([
  { release: '0020', done: 'migrated' },
  { release: '0025', done: 'migrated' },
  { release: '0025', done: 'migrated by a later release, too,' },
])(
  'a database that the release of migration $release filled is restored, $done and worked on',
  async ({ release, done }) => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const file = new URL(`fixtures/filled-at-${release}.backup`, import.meta.url).pathname;
    const { migrated } = await restoreBackup(database.url, file, { force: false, senderLockKey });
    expect(migrated[0]?.slice(0, 4)).toBe(String(Number(release) + 1).padStart(4, '0'));
    if (done !== 'migrated') await migrateFurther(database.url);
    const product = await startProduct({ databaseUrl: database.url });
    onTestFinished(() => product.stop());
    const team = openChat(product);
    // Reminders reply to cards of another Telegram, whose numbers this chat may give to what is asked here.
    for (let message = 0; message < 50; message += 1) team.typed('Good morning', SEED.ana);

    expect([...((await team.ask('/open')).text ?? '').matchAll(/#(\d+) /g)].map(([, id]) => id).toSorted()).toEqual([
      '1',
      '3',
      '4',
      '5',
    ]);
    expect((await team.ask('/incidence 1')).text).toContain('Where is refund number 101?');
    team.typed('/transcript 4', SEED.ana);
    await vi.waitUntil(() => team.messages().some(({ document }) => document !== undefined), 20_000);
    expect((await team.ask('/why 2')).text).toContain('closed by Ana');
    // The search reads what was there before it.
    await vi.waitUntil(async () => (await team.ask('/find customer103@example.com')).text?.includes('#3'), 20_000);
    expect((await team.ask('/ack 3')).text).toBe('#3 is yours');
    expect((await team.ask('/close 3 resolved')).text).toContain('#3 closed');
    const answer = await postAlert(product, { severity: 'low', reason: 'X', conversation_id: 101, message: 'Again' });
    expect(answer.body).toMatchObject({ incidence_id: 1 });
    expect(
      (await postAlert(product, { severity: 'low', reason: 'X', conversation_id: 9, message: 'New' })).body,
    ).toMatchObject({
      incidence_id: 6,
    });
    expect((await fetchReady(product)).status).toBe(200);
  },
);

test('what only a newer version can send waits for it, and holds up nothing', async () => {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  await product.rows(
    `insert into deliveries (lane, kind, subject, payload, rank, due_at, created_at)
     values ('telegram:${product.chatId}', 'of_a_later_release', 'test', '{}', 0, now(), now())`,
  );
  await postAlert(product, { severity: 'high', reason: 'X', conversation_id: 1, message: 'Hello?' });
  await openChat(product).waitForButton(1, 'Acknowledge');
  const attempted = `select state from deliveries join delivery_attempts on delivery_id = deliveries.id
    where kind = 'of_a_later_release'`;
  const rows = await vi.waitUntil(async () => {
    const found = await product.rows(attempted);
    return found.length > 0 && found;
  }, 20_000);
  expect(rows).toEqual([{ state: 'waiting' }]);
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

/** As a later release may leave it (docs/decisions/0018): with more columns, tables and words than this one knows. */
async function migrateFurther(databaseUrl: string): Promise<void> {
  const client = await connectTo(databaseUrl);
  await client.query(`
    do $$
    declare one record;
    begin
      for one in select c.oid::regclass as name from pg_class c
          where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not like 'kysely%' loop
        execute format('alter table %s add column later_words text, add column later_number integer not null default 1',
          one.name);
      end loop;
      for one in select conname as name, conrelid::regclass as of from pg_constraint
          where contype = 'c' and connamespace = 'public'::regnamespace loop
        execute format('alter table %s drop constraint %I', one.of, one.name);
      end loop;
    end
    $$;
    create table later_things (id bigint primary key references incidences);
    insert into kysely_migration values ('9999-of-a-later-release', now()::text)`);
  await client.end();
}
