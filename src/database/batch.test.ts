import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../test/support/database.ts';
import { commitBatch, executeBatch, sendWithNext } from './batch.ts';
import type { Db, Trx } from './connect.ts';
import { prepared } from './prepared.ts';

async function oneConnection() {
  const db = await openTestDatabase();
  await sql`create table numbers (n integer primary key)`.execute(db);
  return db;
}

const insert = (n: number) => sql`insert into numbers values (${n})`;
const all = sql<{ sumOfAll: number }>`select coalesce(sum(n), 0) as sum_of_all from numbers`;
const numbersIn = async (db: Db) => (await sql<{ n: number }>`select n from numbers order by n`.execute(db)).rows;
const sessionOf = async (db: Db) =>
  (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;

test('each statement sees what those before it wrote, and the rows of the last are returned', async () => {
  const db = await oneConnection();
  expect(await executeBatch(db, [insert(1), insert(2)], all)).toEqual([{ sumOfAll: 3 }]);
  expect(await executeBatch(db, [], all)).toEqual([{ sumOfAll: 3 }]);
  expect(await executeBatch(db, [insert(4)], sql`delete from numbers where n = ${1}`)).toEqual([]);
  expect(await numbersIn(db)).toEqual([{ n: 2 }, { n: 4 }]);
});

test.each([
  ['first', [insert(1), insert(2)], insert(3)],
  ['in the middle', [insert(2), insert(1)], insert(3)],
  ['last', [insert(2), insert(3)], insert(1)],
])('a statement that fails %s undoes all, and another connection takes over', async (_, first, last) => {
  const db = await oneConnection();
  await insert(1).execute(db);
  const session = await sessionOf(db);
  await expect(executeBatch(db, first, last)).rejects.toMatchObject({ code: '23505' });
  expect(await numbersIn(db)).toEqual([{ n: 1 }]);
  expect(await sessionOf(db)).not.toBe(session);
  expect(await executeBatch(db, [insert(2)], all)).toEqual([{ sumOfAll: 3 }]);
});

test('in a transaction it is a part of it', async () => {
  const db = await oneConnection();
  const undone = db.transaction().execute(async (trx) => {
    expect(await executeBatch(trx, [insert(1)], all)).toEqual([{ sumOfAll: 1 }]);
    throw new Error('changed our mind');
  });
  await expect(undone).rejects.toThrow('changed our mind');
  expect(await numbersIn(db)).toEqual([]);

  const failed = db.transaction().execute((trx) => executeBatch(trx, [insert(1)], insert(1)));
  await expect(failed).rejects.toMatchObject({ code: '23505' });
  expect(await numbersIn(db)).toEqual([]);
});

test('a statement is prepared once a connection, also twice in one batch', async () => {
  const db = await oneConnection();
  await executeBatch(db, [insert(1), insert(2)], insert(3));
  await executeBatch(db, [insert(4)], insert(5));
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db);
  expect(rows).toEqual([{ statement: 'insert into numbers values ($1)' }]);
});

test('values keep their meaning, and what cannot be a value is refused before anything is sent', async () => {
  const db = await oneConnection();
  const at = new Date('2026-03-01T12:34:56.789Z');
  const values = sql`select ${at}::timestamptz as at, ${null}::text as nothing, ${true}::boolean as yes, ${'ü "\\'}::text as words`;
  expect(await executeBatch(db, [], values)).toEqual([{ at, nothing: null, yes: true, words: 'ü "\\' }]);
  await expect(executeBatch(db, [insert(1)], sql`select ${Symbol('one')}::int`)).rejects.toThrow(
    'symbol cannot be sent',
  );
  expect(await numbersIn(db)).toEqual([]);
});

test('COMMIT goes with the last batch of a transaction', async () => {
  const db = await oneConnection();
  const rows = await db.transaction().execute(async (trx) => {
    await insert(1).execute(trx);
    return commitBatch(trx, [insert(2)], all);
  });
  expect(rows).toEqual([{ sumOfAll: 3 }]);
  await db.transaction().execute((trx) => insert(4).execute(trx));
  expect(await numbersIn(db)).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }]);
});

test.each([
  ['raw', (db: Db) => all.execute(db).then(({ rows }) => rows)],
  ['prepared', (db: Db) => all.execute(prepared(db)).then(({ rows }) => rows)],
  ['a batch', (db: Db) => executeBatch(db, [insert(7)], all)],
  ['the last batch', (db: Db) => commitBatch(db as Trx, [insert(7)], all)],
])('what waits for the next statement, %s, is sent before it', async (_, next) => {
  const db = await oneConnection();
  const [found] = await db.transaction().execute(async (trx) => {
    await insert(1).execute(trx);
    await sendWithNext(trx, insert(2));
    await sendWithNext(trx, insert(3));
    return next(trx);
  });
  const numbers = (await numbersIn(db)).map(({ n }) => n);
  expect(numbers).toEqual(expect.arrayContaining([1, 2, 3]));
  expect(found).toEqual({ sumOfAll: numbers.reduce((sum, n) => sum + n, 0) });
});

test('what waits for the next statement goes with BEGIN too, fails with it, and is not sent where none follows', async () => {
  const db = await oneConnection();
  await db.transaction().execute(async (trx) => {
    await sendWithNext(trx, insert(1));
    await insert(2).execute(trx);
  });
  const failed = db.transaction().execute(async (trx) => {
    await sendWithNext(trx, insert(1));
    await insert(3).execute(trx);
  });
  await expect(failed).rejects.toMatchObject({ code: '23505' });
  await db.transaction().execute((trx) => sendWithNext(trx, insert(4)));
  await db.transaction().execute(async (trx) => {
    await insert(5).execute(trx);
    await sendWithNext(trx, insert(6));
  });
  expect(await numbersIn(db)).toEqual([{ n: 1 }, { n: 2 }, { n: 5 }]);
});

test('where the last batch fails, nothing of its transaction is done', async () => {
  const db = await oneConnection();
  const failed = db.transaction().execute(async (trx) => {
    await insert(1).execute(trx);
    return commitBatch(trx, [insert(2)], insert(1));
  });
  await expect(failed).rejects.toMatchObject({ code: '23505' });
  expect(await numbersIn(db)).toEqual([]);
});

test('an error after the last batch leaves the connection as usable as before', async () => {
  const db = await oneConnection();
  const failed = db.transaction().execute(async (trx) => {
    await commitBatch(trx, [], insert(1));
    throw new Error('too late');
  });
  await expect(failed).rejects.toThrow('too late');
  await expect(db.transaction().execute(() => Promise.reject(new Error('nothing sent')))).rejects.toThrow(
    'nothing sent',
  );
  expect(await db.transaction().execute(async () => 'nothing')).toBe('nothing');
  expect(await numbersIn(db)).toEqual([{ n: 1 }]);
});

test.each([
  ['raw', insert(2)],
  ['prepared', undefined],
])('the first statement of a transaction, %s, goes with BEGIN and is undone with it', async (_, statement) => {
  const db = await oneConnection();
  const insertOne = (trx: Db) => statement?.execute(trx) ?? insert(2).execute(prepared(trx));
  const undone = db.transaction().execute(async (trx) => {
    await insertOne(trx);
    throw new Error('changed our mind');
  });
  await expect(undone).rejects.toThrow('changed our mind');
  expect(await numbersIn(db)).toEqual([]);

  await db.transaction().execute(insertOne);
  const failed = db.transaction().execute(insertOne);
  await expect(failed).rejects.toMatchObject({ code: '23505' });
  expect(await numbersIn(db)).toEqual([{ n: 2 }]);
  const level = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((trx) => sql<{ level: string }>`select current_setting('transaction_isolation') as level`.execute(trx));
  expect(level.rows).toEqual([{ level: 'repeatable read' }]);
});
