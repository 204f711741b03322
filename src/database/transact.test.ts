import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { createLog } from '../log.ts';
import { connect, type Trx } from './connect.ts';
import { transact } from './transact.ts';

test('what a deadlock undid is done again, three times at most; any other failure is reported at once', async () => {
  const database = await createTestDatabase();
  const db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  let tries = 0;
  const failing = (times: number, code: string) => async (trx: Trx) => {
    tries += 1;
    if (tries > times) return 'done';
    return sql`do ${sql.raw(`$$ begin raise exception using errcode = '${code}'; end $$`)}`.execute(trx);
  };
  expect(await transact(db, failing(2, '40P01'))).toBe('done');
  tries = 0;
  await expect(transact(db, failing(9, '40P01'))).rejects.toMatchObject({ code: '40P01' });
  expect(tries).toBe(3);
  tries = 0;
  await expect(transact(db, failing(9, '23514'))).rejects.toMatchObject({ code: '23514' });
  expect(tries).toBe(1);
  await db.destroy();
  await database.drop();
});
