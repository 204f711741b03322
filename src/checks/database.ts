import { sql } from 'kysely';
import { Client } from 'pg';
import type { Config } from '../config/config.ts';
import { connect, type Db, poolSettings, sessionSettings } from '../database/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded/embedded.ts';
import { pendingMigrations } from '../database/migrate.ts';
import { findPoolerProblem, sharesSessions } from '../database/usable.ts';
import type { Log } from '../log.ts';
import { type Check, fail, note, pass } from './check.ts';
import { judgeClock } from './clock.ts';
import { connectionFailure, directUrl } from './database-url.ts';
import { runChecks } from './run-checks.ts';
import { explainStartError } from './start-error.ts';
import { checkWriting } from './writing.ts';

const minVersion = 140_000;
const name = 'database';

type Deps = Readonly<{ senderLockKey: number; further: (db: Db) => Promise<Check[]> }>;

/**
 * Reachable, new enough, writable, with sessions of its own. Starts the embedded server if it is not running, and stops
 * it unless others use it. Holds no lock that a running Bellhop needs. `further`: checks of what is stored in it.
 */
export async function checkDatabase(config: Config, log: Log, deps: Deps): Promise<Check[]> {
  const { databaseUrl: url, databaseUrlDirect: direct } = config;
  if (url !== undefined && direct !== undefined && url !== direct) {
    const checks = await checkUrl(direct, log, deps, 'DATABASE_URL_DIRECT');
    return [...checks, ...(await runChecks([{ name: 'pooler', run: () => checkPooler(url, direct) }]))];
  }
  if (url !== undefined) return checkUrl(url, log, deps);
  let embedded: EmbeddedPostgres;
  try {
    embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  } catch (error) {
    return [
      fail(name, 'the embedded PostgreSQL does not start', {
        means: 'Bellhop cannot start',
        change: explainStartError(error) ?? 'See postgres.log in DATA_DIR, or set DATABASE_URL.',
      }),
    ];
  }
  return checkUrl(embedded.url, log, deps).finally(() => embedded.stop());
}

/** Over two sessions at a time at most: a running Bellhop may hold all others that the server allows. */
async function checkUrl(url: string, log: Log, deps: Deps, variable = 'DATABASE_URL'): Promise<Check[]> {
  const { senderLockKey, further } = deps;
  const one = new Client(poolSettings(url, 'doctor'));
  const other = new Client(poolSettings(url, 'doctor'));
  const checks: Check[] = [];
  try {
    for (const session of [one, other]) {
      // A broken session rejects its query as well.
      session.on('error', () => undefined);
      await session.connect();
      await session.query(`${sessionSettings()}; set statement_timeout to '10s'; set lock_timeout to '5s'`);
    }
    // Alone: a pooler hands other sessions' server processes around.
    const shared = await runChecks([
      { name: 'database sessions', run: () => checkSessions({ url, variable }, one, other) },
    ]);
    const others = await runChecks([
      { name, run: () => checkServer(one, senderLockKey) },
      { name: 'database writes', run: () => checkWriting(other) },
    ]);
    checks.push(...others, ...shared);
  } catch (error) {
    return [connectionFailure(url, error, variable)];
  } finally {
    for (const session of [one, other]) await session.end().catch(() => undefined);
  }
  return [
    ...checks,
    ...(await runChecks([{ name: 'migrations', run: () => checkMigrations(url, log, further), timeoutMs: 30_000 }])),
  ];
}

/** Version, encoding, clock, and whether a Bellhop holds the bot: all from one session. */
async function checkServer(session: Client, senderLockKey: number): Promise<Check[]> {
  const before = new Date();
  const { rows } = await session.query<{
    number: number;
    version: string;
    encoding: string;
    now: Date;
    sender: number;
  }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
       current_setting('server_encoding') as encoding, clock_timestamp() as now,
       (select count(*)::int from pg_locks where locktype = 'advisory' and granted and classid = 0 and objid = $1
          and objsubid = 1 and database = (select oid from pg_database where datname = current_database())) as sender`,
    [senderLockKey],
  );
  const [server] = rows;
  if (!server) throw new Error('no answer');
  return [
    server.number >= minVersion
      ? pass(name, `PostgreSQL ${server.version} is reachable`)
      : fail(name, `PostgreSQL ${server.version} is too old`, {
          means: 'Bellhop needs version 14 or newer',
          change: 'DATABASE_URL=<a PostgreSQL 14 or newer>, or remove it to use the embedded one',
        }),
    ...(server.encoding === 'UTF8'
      ? []
      : [
          fail('database encoding', `it is ${server.encoding}, not UTF8`, {
            means: 'Names and messages in most languages cannot be stored',
            change: "Run: create database bellhop encoding 'UTF8' template template0; and set DATABASE_URL to it",
          }),
        ]),
    judgeClock('database clock', 'the database', { theirs: server.now, before, after: new Date() }),
    pass('sender', server.sender > 0 ? 'a running Bellhop holds the bot' : 'no Bellhop runs the bot at the moment'),
  ];
}

/** What each query goes through, where what needs a session of its own goes past it. */
async function checkPooler(url: string, direct: string): Promise<Check[]> {
  try {
    const problem = await findPoolerProblem({ url, direct });
    if (problem) return [fail('pooler', problem.detail, { means: 'Bellhop cannot start', change: problem.fix })];
    return [pass('pooler', 'DATABASE_URL leads to the same database, and its sessions have the right defaults')];
  } catch (error) {
    return [connectionFailure(url, error)];
  }
}

async function checkSessions(
  { url, variable }: Readonly<{ url: string; variable: string }>,
  one: Client,
  other: Client,
): Promise<Check[]> {
  if (!(await sharesSessions(one, other))) return [pass('database sessions', 'direct: session locks and LISTEN work')];
  return [
    fail('database sessions', `${variable} points to a transaction-mode pooler`, {
      means: 'It supports neither session locks nor LISTEN, so Bellhop cannot start',
      change: `${directUrl(url)} (the direct or session address, usually port 5432)`,
    }),
  ];
}

async function checkMigrations(url: string, log: Log, further: Deps['further']): Promise<Check[]> {
  const db = connect(url, { role: 'doctor', connections: 1, log });
  try {
    const pending = await pendingMigrations(db);
    // Not an error: every start migrates first.
    return [
      ...(pending.length === 0 ? [...(await checkReconcilers(db)), ...(await further(db))] : []),
      pending.length === 0
        ? pass('migrations', 'up to date')
        : pass('migrations', `${pending.length} will run at the next start (npm run migrate runs them now)`),
    ];
  } finally {
    await db.destroy();
  }
}

/** How long ago the changes in a source were compared with its webhooks; nothing if that was never done. */
async function checkReconcilers(db: Db): Promise<Check[]> {
  const { rows } = await sql<{ source: string; seconds: number | null; failures: number; lastError: string | null }>`
    select source, round(extract(epoch from now() - succeeded_at))::int as seconds, failures, last_error
    from reconcilers`.execute(db);
  return rows.map(({ source, seconds, failures, lastError }) => {
    const checkName = `${source} reconciler`;
    const found = seconds === null ? 'it never succeeded' : `it last succeeded ${seconds} s ago`;
    if (failures === 0) return pass(checkName, found);
    return note(checkName, `${found}, and failed ${failures} times since: ${lastError ?? 'unknown reason'}`, {
      means: 'What came without a webhook is not found until it succeeds again; then the whole time is covered',
      change: 'See the checks of this source above or below; it tries again by itself.',
    });
  });
}
