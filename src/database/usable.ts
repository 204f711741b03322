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

const pooled = (variable: string): DatabaseProblem => ({
  detail: `${variable} points to a transaction-mode pooler, which does not support session locks`,
  fix: "Set DATABASE_URL_DIRECT to the database's direct or session address, usually port 5432.",
});

/** The address for each query, and the one for what needs a session of its own: the same where there is no pooler. */
export type DatabaseUrls = Readonly<{ url: string; direct: string }>;

/** Undefined if the database can be used. Checked before migrating. */
export async function findDatabaseProblem({ url, direct }: DatabaseUrls): Promise<DatabaseProblem | undefined> {
  const isPooled = url !== direct;
  const variable = isPooled ? 'DATABASE_URL_DIRECT' : 'DATABASE_URL';
  return (await findSessionProblem(direct, variable)) ?? (isPooled ? findPoolerProblem({ url, direct }) : undefined);
}

async function findSessionProblem(url: string, variable: string): Promise<DatabaseProblem | undefined> {
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
    return (await sharesSessions(one, other)) ? pooled(variable) : undefined;
  } finally {
    for (const session of sessions) await session.end().catch(() => undefined);
  }
}

/** Whether queries through the pooler reach the same database, and as Bellhop needs them: it cannot set a session there. */
export async function findPoolerProblem({ url, direct }: DatabaseUrls): Promise<DatabaseProblem | undefined> {
  const through = new Client(poolSettings(url, 'check'));
  const past = new Client(poolSettings(direct, 'check'));
  for (const session of [through, past]) session.on('error', () => undefined);
  try {
    await through.connect();
    await past.connect();
    if (!(await isSameDatabase(through, past))) {
      return {
        detail: 'DATABASE_URL and DATABASE_URL_DIRECT lead to different databases',
        fix: 'Set both to the same database: one through the pooler, the other past it.',
      };
    }
    const wrong = await findWrongDefaults(through);
    if (wrong.length === 0) return undefined;
    return {
      detail: `sessions behind the pooler have ${wrong.map(({ name, value }) => `${name} = ${value}`).join(', ')}`,
      fix: `Run as the user of DATABASE_URL: ${wrong.map(({ name, wanted }) => `alter role current_user set ${name} to '${wanted}';`).join(' ')} Then let the pooler reconnect.`,
    };
  } finally {
    for (const session of [through, past]) await session.end().catch(() => undefined);
  }
}

/** A lock belongs to one database of one server. */
async function isSameDatabase(through: Client, past: Client): Promise<boolean> {
  const key = randomInt(2 ** 47);
  await past.query('begin');
  await past.query('select pg_advisory_xact_lock($1)', [key]);
  try {
    return (await valueOf(through, 'select pg_try_advisory_xact_lock($1)', [key])) === false;
  } finally {
    await past.query('rollback');
  }
}

const neededDefaults = [
  { name: 'timezone', fits: /^(etc\/)?(utc|gmt|uct|zulu)$/i, wanted: 'UTC' },
  { name: 'datestyle', fits: /^ISO/, wanted: 'ISO, YMD' },
  { name: 'intervalstyle', fits: /^postgres$/, wanted: 'postgres' },
  { name: 'bytea_output', fits: /^hex$/, wanted: 'hex' },
  { name: 'standard_conforming_strings', fits: /^on$/, wanted: 'on' },
  { name: 'default_transaction_isolation', fits: /^read committed$/, wanted: 'read committed' },
];

async function findWrongDefaults(session: Client) {
  const found: { name: string; value: string; wanted: string }[] = [];
  for (const { name, fits, wanted } of neededDefaults) {
    const value = String(await valueOf(session, 'select current_setting($1)', [name]));
    if (!fits.test(value)) found.push({ name, value, wanted });
  }
  return found;
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
