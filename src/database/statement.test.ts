import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../test/support/database.ts';
import { executeBatch } from './batch.ts';
import { createStatement } from './statement.ts';

const addOne = (built: () => void) =>
  createStatement<{ n: number; word: string | null }, { nextNumber: number; sameNumber: number; word: string | null }>(
    ({ n, word }) => {
      built();
      return sql`select ${n}::int + ${1} as next_number, ${n}::int as same_number, ${word}::text as word`;
    },
  );

test('a statement is built once and takes other values each time', async () => {
  const db = await openTestDatabase(2);
  let times = 0;
  const adding = addOne(() => (times += 1));
  const three = await Promise.all([
    adding({ n: 1, word: 'ü' }).execute(db),
    adding({ n: 5, word: null }).execute(db),
    db.transaction().execute((trx) => adding({ n: 7, word: '' }).execute(trx)),
  ]);
  expect(three.flat()).toEqual([
    { nextNumber: 2, sameNumber: 1, word: 'ü' },
    { nextNumber: 6, sameNumber: 5, word: null },
    { nextNumber: 8, sameNumber: 7, word: '' },
  ]);
  expect(times).toBe(1);
});

test('two batches at once keep their own values', async () => {
  const db = await openTestDatabase(2);
  const adding = addOne(() => undefined);
  const batches = [1, 2, 3, 4].map((n) =>
    executeBatch(db, [adding({ n: 100, word: null })], adding({ n, word: String(n) })),
  );
  expect((await Promise.all(batches)).flat().map(({ sameNumber, word }) => [sameNumber, word])).toEqual(
    [1, 2, 3, 4].map((n) => [n, String(n)]),
  );
});

test('a query of Kysely is built for the database it is first used with', async () => {
  const db = await openTestDatabase(2);
  await sql`create table given_names (id integer, first_name text)`.execute(db);
  await sql`insert into given_names values (1, 'Ana'), (2, 'Ben')`.execute(db);
  const finding = createStatement<{ id: number }, { firstName: string }>(({ id }, on) =>
    on
      .selectFrom(sql<{ id: number; firstName: string }>`given_names`.as('given'))
      .select('firstName')
      .where('id', '=', id),
  );
  expect(await finding({ id: 2 }).execute(db)).toEqual([{ firstName: 'Ben' }]);
  expect(await finding({ id: 1 }).execute(db)).toEqual([{ firstName: 'Ana' }]);
});

test.each<[string, (rows: readonly number[]) => unknown]>([
  ['its JSON', (rows) => JSON.stringify(rows)],
  ['a text with it', (rows) => `${String(rows)}!`],
])('a value that would be made while the statement is built is refused: %s', async (_, made) => {
  const db = await openTestDatabase(2);
  const counting = createStatement<{ rows: readonly number[] }>(({ rows }) => sql`select ${made(rows)}`);
  await expect(counting({ rows: [1] }).execute(db)).rejects.toThrow('must go into the statement as it is');
});
