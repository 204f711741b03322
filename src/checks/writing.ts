import { randomInt } from 'node:crypto';
import type { Client } from 'pg';
import { isDiskFull, isReadOnly } from '../database/refusal.ts';
import { type Check, fail, pass } from './check.ts';

const name = 'database writes';

/** A table is made and written, and a row is written to a table of ours where there is one; all of it is rolled back. */
export async function checkWriting(session: Client): Promise<Check[]> {
  const table = `doctor_${randomInt(2 ** 47)}`;
  const tasks = [
    { what: 'create tables', sql: `create table ${table} (id int); insert into ${table} values (1)` },
    {
      what: 'write in its tables',
      sql: `do $$ begin if to_regclass('lanes') is not null then insert into lanes (lane) values ('${table}'); end if; end $$`,
    },
  ] as const;
  for (const { what, sql } of tasks) {
    try {
      await session.query(`begin; ${sql}`);
    } catch (error) {
      return [await explain(session, what, error)];
    } finally {
      await session.query('rollback').catch(() => undefined);
    }
  }
  return [pass(name, 'tables can be created and written (tried, then rolled back)')];
}

async function explain(session: Client, what: string, error: unknown): Promise<Check> {
  if (isReadOnly(error)) {
    return fail(name, 'the database is read-only', {
      means: 'Nothing can be stored',
      change:
        'If it is a standby: DATABASE_URL=<the primary>. If the provider made it read-only: free disk space there, or enlarge it.',
    });
  }
  if (isDiskFull(error)) {
    return fail(name, "the database's disk is full", {
      means: 'Nothing can be stored',
      change: 'Free disk space on the PostgreSQL server, or enlarge its volume.',
    });
  }
  if (!(error instanceof Error && 'code' in error && error.code === '42501')) throw error;
  await session.query('rollback').catch(() => undefined);
  const { rows } = await session.query<{ role: string }>('select quote_ident(current_user) as role');
  const role = rows[0]?.role ?? '<the user in DATABASE_URL>';
  return fail(name, `the user ${role} is not allowed to ${what}`, {
    means: what === 'create tables' ? 'Bellhop cannot migrate the database' : 'Nothing can be stored',
    change:
      what === 'create tables'
        ? `Run as the owner of the database: grant create on schema public to ${role};`
        : `Run as the owner of the tables: grant all on all tables in schema public to ${role};`,
  });
}
