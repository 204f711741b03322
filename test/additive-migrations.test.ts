import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { knownMigrations, migrateUpTo } from '../src/database/migrate.ts';
import { createLog } from '../src/log.ts';
import { readSchemaRules, whatBreaks } from './support/additive.ts';
import { createTestDatabase } from './support/database.ts';
import { connectTo } from './support/world.ts';

/** From before the rule (docs/decisions/0018). */
const older = ['0008-lost-lanes: lanes.migrated_to was text and is bigint'];

test('no migration takes away or forbids what the version before it uses', async () => {
  const { url, client } = await openDatabase();
  const db = connect(url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  onTestFinished(() => db.destroy());
  const broken: string[] = [];
  let before = await readSchemaRules(client);
  for (const name of await knownMigrations()) {
    await migrateUpTo(db, name);
    const after = await readSchemaRules(client);
    broken.push(...whatBreaks(before, after).map((what) => `${name}: ${what}`));
    before = after;
  }
  expect(before.columns.size).toBeGreaterThan(200);
  expect(before.rules.size).toBeGreaterThan(60);
  expect(broken).toEqual(older);
});

test.each([
  ['drop table part', ['part.whole is gone', 'part.number is gone', 'part part_whole_fkey is gone or is another']],
  ['alter table part rename column number to amount', ['part.number is gone']],
  ['alter table part alter column number type text', ['part.number was bigint and is text']],
  ['alter table part alter column number set not null', ['part.number may no longer be null']],
  ['alter table whole alter column state drop default', ['whole.state has no default any more']],
  ['alter table whole add column size integer not null', ['whole.size is new, and must be given']],
  ['alter table part add check (number > 0)', ['part part_number_check is a new check']],
  ['create unique index once on part (number)', ['part once is a new unique']],
  ['alter table part add foreign key (number) references whole', ['part part_number_fkey is a new foreign key']],
  ['alter table whole drop constraint whole_name_key', ['whole whole_name_key is gone or is another']],
  [
    `alter table whole drop constraint whole_state_check, add constraint whole_state_check check (state in ('new', 'lost'))`,
    ['whole whole_state_check forbids what it allowed'],
  ],
  [
    `alter table part drop constraint part_whole_fkey, add constraint part_whole_fkey foreign key (whole) references whole`,
    ['part part_whole_fkey is gone or is another', 'part part_whole_fkey is a new foreign key'],
  ],
  [
    'create trigger t before insert on part execute function suppress_redundant_updates_trigger()',
    ['part t is a new trigger'],
  ],
  ['create or replace view names as select name, state from whole', []],
  [`alter table whole drop constraint whole_state_check`, []],
  [
    `alter table whole drop constraint whole_state_check, add constraint whole_state_check check (state in ('new', 'old', 'lost'))`,
    [],
  ],
  [
    `alter table part add column size integer not null default 1 check (size > 0), add column of bigint references whole`,
    [],
  ],
  ['create table other (id bigint primary key, name text not null unique check (name <> $$$$))', []],
  ['create index on part (number)', []],
])('%s: %j', async (change, broken) => {
  const { client } = await openDatabase();
  await client.query(`
    create table whole (
      id bigint generated always as identity primary key,
      name text not null unique,
      state text not null default 'new' check (state in ('new', 'old'))
    );
    create table part (whole bigint references whole on delete cascade, number bigint);
    create view names as select name from whole;`);
  const before = await readSchemaRules(client);
  await client.query(change);
  expect(whatBreaks(before, await readSchemaRules(client))).toEqual(broken);
});

async function openDatabase() {
  const database = await createTestDatabase();
  const client = await connectTo(database.url);
  onTestFinished(async () => {
    await client.end();
    await database.drop();
  });
  return { url: database.url, client };
}
