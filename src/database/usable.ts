import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { type Db, poolSettings, sessionSettings } from './connect.ts';
import { isDiskFull, isReadOnly } from './refusal.ts';

/** Why a database that answers cannot be used; `fix` says what to do. */
export type DatabaseProblem = Readonly<{ detail: string; fix: string }>;

const readOnly: DatabaseProblem = {
  detail: 'the database is read-only',
  fix: 'If the provider made it read-only, free disk space or upgrade the plan. If it is a standby, set DATABASE_URL to the primary.',
};

const pooled: DatabaseProblem = {
  detail: 'DATABASE_URL points to a transaction-mode pooler, which does not support session locks',
  fix: "Use the database's direct or session address, usually port 5432.",
};

/** Undefined if the database can be used. Checked before migrating. */
export async function findDatabaseProblem(url: string): Promise<DatabaseProblem | undefined> {
  const sessions = [new Client(poolSettings(url, 'check')), new Client(poolSettings(url, 'check'))] as const;
  const [one, other] = sessions;
  // A broken session rejects its query as well.
  for (const session of sessions) session.on('error', () => undefined);
  try {
    for (const session of sessions) {
      await session.connect();
      await session.query(sessionSettings());
    }
    const encoding = await valueOf(one, "select current_setting('server_encoding')");
    if (encoding !== 'UTF8') {
      return {
        detail: `the database encoding is ${String(encoding)}, not UTF8`,
        fix: "Create one in UTF8 (create database bellhop encoding 'UTF8' template template0) and set DATABASE_URL to it.",
      };
    }
    if ((await valueOf(one, "select current_setting('transaction_read_only')")) === 'on') return readOnly;
    return (await sharesSessions(one, other)) ? pooled : undefined;
  } finally {
    for (const session of sessions) await session.end().catch(() => undefined);
  }
}

const diskFull: DatabaseProblem = {
  detail: "the database's disk is full",
  fix: 'Free disk space on the PostgreSQL server, or enlarge its volume.',
};

class Undo extends Error {
  override name = 'Undo';
}

/** Tries a write, which is rolled back. Throws where the database does not answer. */
export async function findWriteProblem(db: Db): Promise<DatabaseProblem | undefined> {
  try {
    await db.transaction().execute(async (trx) => {
      await sql`insert into lanes (lane) values (${`write-check:${randomInt(2 ** 47)}`})`.execute(trx);
      throw new Undo();
    });
  } catch (error) {
    if (error instanceof Undo) return undefined;
    if (isReadOnly(error)) return readOnly;
    if (isDiskFull(error)) return diskFull;
    throw error;
  }
  return undefined;
}

/**
 * Whether there is a transaction pooler in between: a lock of one session does not exclude the other, or a session
 * changes its server process while the other has a transaction open.
 */
export async function sharesSessions(one: Client, other: Client): Promise<boolean> {
  const key = randomInt(2 ** 47);
  const before = await valueOf(one, 'select pg_backend_pid()');
  await one.query('select pg_advisory_lock($1)', [key]);
  await other.query('begin');
  try {
    const isShared = await valueOf(other, 'select pg_try_advisory_lock($1)', [key]);
    if (isShared === true) {
      // The pooler keeps that server process, so both locks must be released.
      await other.query('select pg_advisory_unlock($1), pg_advisory_unlock($1)', [key]);
      return true;
    }
    // More than once: a pooler that rotates may come round to the same process.
    for (let times = 0; times < 3; times += 1)
      if (before !== (await valueOf(one, 'select pg_backend_pid()'))) return true;
    return false;
  } finally {
    await other.query('rollback');
  }
}

async function valueOf(client: Client, sql: string, values: unknown[] = []): Promise<unknown> {
  const { rows } = await client.query<unknown[]>({ text: sql, values, rowMode: 'array' });
  return rows[0]?.[0];
}
