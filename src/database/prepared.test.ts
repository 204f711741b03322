import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { createLog } from '../log.ts';
import { connect } from './connect.ts';

test('a table that changes under a running process costs one error, then statements are planned anew', async () => {
  const database = await createTestDatabase();
  const db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  const read = async () => (await sql`select * from things where id = ${1}`.execute(db)).rows;
  await sql`create table things (id integer)`.execute(db);
  await sql`insert into things values (1)`.execute(db);
  expect(await read()).toEqual([{ id: 1 }]);
  expect(await read()).toEqual([{ id: 1 }]);

  await sql`alter table things add column name text`.execute(db);
  await expect(read()).rejects.toThrow('cached plan must not change result type');
  expect(await read()).toEqual([{ id: 1, name: null }]);
  await db.destroy();
  await database.drop();
});
