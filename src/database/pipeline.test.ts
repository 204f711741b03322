import { sql } from 'kysely';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase, openTestDatabase } from '../../test/support/database.ts';
import { sendWithNext } from './batch.ts';
import { type Db, kyselyOver } from './connect.ts';
import { prepared } from './prepared.ts';

const at = new Date('2026-03-01T12:34:56.789Z');
const bytes = Buffer.from([0, 255, 92, 34]);
const everything = sql<Record<string, unknown>>`
  select ${7}::int as a_number, ${2 ** 40}::bigint as large_number, ${9n}::bigint as from_bigint, ${0.1}::float8 as part,
    ${at}::timestamptz as at, ${bytes}::bytea as the_bytes, ${null}::text as nothing, ${undefined}::text as not_given,
    ${['a', 'ü "\\,{}', null, '']}::text[] as words, ${[]}::int[] as none, ${[[1, 2], [3]].slice(0, 1)}::int[] as nested,
    ${[at]}::timestamptz[] as moments, ${[bytes]}::bytea[] as buffers, ${{ some_key: [1] }}::jsonb as json_value`;

test('a prepared statement takes and returns what another does, also from the second time on', async () => {
  const db = await openTestDatabase();
  const { rows: plain } = await everything.execute(db);
  const first = await everything.execute(prepared(db));
  const second = await everything.execute(prepared(db));
  expect(first.rows).toEqual(plain);
  expect(second.rows).toEqual(plain);
  expect(plain[0]).toMatchObject({
    aNumber: 7,
    largeNumber: 2 ** 40,
    at,
    theBytes: bytes,
    nothing: null,
    words: ['a', 'ü "\\,{}', null, ''],
    nested: [[1, 2]],
    jsonValue: { some_key: [1] },
  });
});

test('of two columns with one name the last counts', async () => {
  const db = await openTestDatabase();
  const twice = sql`select 1 as id, null as id, 2 as other_id`;
  expect((await twice.execute(prepared(db))).rows).toEqual([{ id: null, otherId: 2 }]);
});

test('a statement that failed is sent again on the same connection, and prepared once', async () => {
  const db = await openTestDatabase();
  await sql`create table numbers (n integer primary key)`.execute(db);
  const insert = (n: number) => sql`insert into numbers values (${n}) returning n`.execute(prepared(db));
  await insert(1);
  await expect(insert(1)).rejects.toMatchObject({ code: '23505' });
  const divide = (by: number) => sql<{ n: number }>`select 6 / ${by}::int as n`.execute(prepared(db));
  await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
  await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
  expect((await divide(2)).rows).toEqual([{ n: 3 }]);
  expect((await divide(3)).rows).toEqual([{ n: 2 }]);
  expect(await insert(2)).toMatchObject({ rows: [{ n: 2 }], numAffectedRows: 1n });
  const { rows } = await sql`select statement from pg_prepared_statements`.execute(db);
  expect(rows).toHaveLength(2);
});

test('changed rows are counted, and no row is no row', async () => {
  const db = await openTestDatabase();
  await sql`create table numbers (n integer primary key)`.execute(db);
  const insertTo = (most: number) => sql`insert into numbers select generate_series(1, ${most}::int)`;
  expect(await insertTo(5).execute(prepared(db))).toEqual({ rows: [], numAffectedRows: 5n });
  expect((await sql`select n from numbers where n > ${5}`.execute(prepared(db))).rows).toEqual([]);
  expect((await sql`delete from numbers where n > ${3}`.execute(prepared(db))).numAffectedRows).toBe(2n);
});

test('where a query times out, that is its error', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url, query_timeout: 100 });
  onTestFinished(async () => {
    await client.end();
    await database.drop();
  });
  await client.connect();
  const db = kyselyOver({ acquire: async () => client, release: () => undefined, end: async () => undefined });
  await expect(sql`select pg_sleep(0.5)`.execute(prepared(db))).rejects.toThrow('Query read timeout');
});

test.each([
  ['lock table numbers in share mode', (db: Db) => db],
  ['create table others (n integer)', (db: Db) => prepared(db)],
])('what counts no rows changes none: %s', async (text, over) => {
  const db = await openTestDatabase();
  await sql`create table numbers (n integer primary key)`.execute(db);
  const result = await db.transaction().execute((trx) => sql.raw(text).execute(over(trx)));
  expect(result).toEqual({ rows: [], numAffectedRows: 0n });
});

test('a value that cannot be sent leaves the transaction open, with its lock', async () => {
  const db = await openTestDatabase();
  await sql`create table numbers (n integer primary key)`.execute(db);
  const add = (n: unknown) => sql`insert into numbers values (${n})`;
  const undone = db.transaction().execute(async (trx) => {
    await sendWithNext(trx, add(1));
    await expect(add(new Date(Number.NaN)).execute(trx)).rejects.toThrow(RangeError);
    expect((await sql`select n from numbers`.execute(trx)).rows).toEqual([{ n: 1 }]);
    throw new Error('changed our mind');
  });
  await expect(undone).rejects.toThrow('changed our mind');
  expect((await sql`select n from numbers`.execute(db)).rows).toEqual([]);
});

test('bytes are bytes, also those that are no Buffer', async () => {
  const db = await openTestDatabase();
  const part = new Uint8Array([1, 2, 255, 4]).subarray(1, 3);
  const both = sql`select ${part}::bytea as one, ${[part]}::bytea[] as several`;
  const expected = Buffer.from([2, 255]);
  expect((await both.execute(prepared(db))).rows).toEqual([{ one: expected, several: [expected] }]);
});
