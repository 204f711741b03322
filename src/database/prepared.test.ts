import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../test/support/database.ts';
import { prepared } from './prepared.ts';

test('only the queries that ask for it are prepared, also inside a transaction', async () => {
  const db = await openTestDatabase();
  const statements = async () =>
    (await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)).rows;
  await sql`create table tags (id integer, name text)`.execute(db);
  await sql`select 1 as plain, ${1}::int`.execute(db);
  expect(await statements()).toEqual([]);
  for (const value of [1, 2]) await sql`select 2 as named, ${value}::int`.execute(prepared(db));
  await db.transaction().execute(async (trx) => {
    await prepared(trx).selectFrom('tags').select('id').where('id', '=', 1).execute();
    await trx.selectFrom('tags').select('name').execute();
  });
  expect((await statements()).map(({ statement }) => statement)).toEqual([
    'select 2 as named, $1::int',
    'select "id" from "tags" where "id" = $1',
  ]);
});

test('a table that changes under a running process costs one error, then statements are planned again', async () => {
  const db = await openTestDatabase();
  const read = async () => (await sql`select * from things where id = ${1}`.execute(prepared(db))).rows;
  await sql`create table things (id integer)`.execute(db);
  await sql`insert into things values (1)`.execute(db);
  expect(await read()).toEqual([{ id: 1 }]);
  expect(await read()).toEqual([{ id: 1 }]);

  await sql`alter table things add column name text`.execute(db);
  await expect(read()).rejects.toThrow('cached plan must not change result type');
  expect(await read()).toEqual([{ id: 1, name: null }]);
});

test('a transaction that a statement aborted is not reported as committed', async () => {
  const db = await openTestDatabase();
  await sql`create table tags (id integer, name text)`.execute(db);
  const swallowed = db.transaction().execute(async (trx) => {
    await sql`insert into tags values (1, 'kept')`.execute(trx);
    await sql`select 1 / 0`.execute(trx).catch(() => undefined);
  });
  await expect(swallowed).rejects.toThrow();
  expect(await db.selectFrom('tags').selectAll().execute()).toEqual([]);
});
