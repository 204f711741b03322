import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type Transaction } from 'kysely';
import { Pool, type PoolConfig, types } from 'pg';
import type { Log } from '../log.ts';
import { CamelCaseColumns } from './camel-case-columns.ts';
import { type Connections, createDriver, poolConnections } from './driver.ts';
import type { Database } from './schema.ts';

/** A pool or a transaction: what every store function takes first. */
export type Db = Kysely<Database>;
export type Trx = Transaction<Database>;

/** pg gives int8 as text; our ids, Telegram's chat ids and Chatwoot's numbers all stay below 2^53. */
const numbers: PoolConfig['types'] = {
  getTypeParser: (oid, format) =>
    oid === types.builtins.INT8 ? (text: string) => Number(text) : types.getTypeParser(oid, format),
};

/** Which time-outs the server applies to a session of ours. */
export type TimeoutProfile = 'ordinary' | 'lock-session' | 'unlimited';

const profiles: Readonly<Record<TimeoutProfile, Readonly<Record<string, string>>>> = {
  ordinary: {
    statement_timeout: '60s',
    lock_timeout: '10s',
    idle_in_transaction_session_timeout: '60s',
  },
  // Shorter than the time after which this process abandons the session.
  'lock-session': {
    statement_timeout: '5s',
    lock_timeout: '5s',
    idle_in_transaction_session_timeout: '60s',
  },
  // Migrations may rewrite tables, and wait while another process migrates.
  unlimited: {
    statement_timeout: '0',
    lock_timeout: '0',
    idle_in_transaction_session_timeout: '0',
  },
};

/**
 * What the program relies on, whatever the defaults of the server, database or role. The keepalives make the server
 * drop a vanished machine after 4 + 3 × 3 s, which frees the sender lock and the row locks of its sessions.
 * `default_transaction_read_only` is not overridden: a provider sets it when the disk is full.
 */
const everywhere: Readonly<Record<string, string>> = {
  tcp_keepalives_idle: '4',
  tcp_keepalives_interval: '3',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '13000',
  idle_session_timeout: '0',
  client_encoding: 'UTF8',
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
};

/** Set by statements, since poolers refuse start-up options. */
export function sessionSettings(profile: TimeoutProfile = 'ordinary'): string {
  return Object.entries({ ...profiles[profile], ...everywhere })
    .map(([name, value]) => `set ${name} to '${value}'`)
    .join('; ');
}

/** The same for one transaction where a pooler shares sessions. What is set everywhere must be the role's default there. */
function transactionSettings(flush: boolean): string {
  const settings = { ...profiles.ordinary, ...(flush ? {} : { synchronous_commit: 'off' }) };
  const calls = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  return `select ${calls.join(', ')}`;
}

/** `role` shows in pg_stat_activity, so that an operator can tell our connections apart; after the URL's own name, if any. */
export function poolSettings(url: string, role: string): PoolConfig {
  const { name, rest } = takeName(url);
  return {
    connectionString: rest,
    application_name: name === undefined ? `bellhop ${role}` : `${name} ${role}`,
    types: numbers,
    connectionTimeoutMillis: 5_000,
    // Otherwise a lost answer would be awaited forever.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** In pg the URL's application_name would win over the role's. */
function takeName(url: string): { name: string | undefined; rest: string } {
  if (!URL.canParse(url)) return { name: undefined, rest: url };
  const parsed = new URL(url);
  const name = parsed.searchParams.get('application_name');
  if (name === null) return { name: undefined, rest: url };
  parsed.searchParams.delete('application_name');
  return { name, rest: parsed.href };
}

type ConnectOptions = Readonly<{
  role: string;
  connections: number;
  log: Log;
  /** `false`: its commits do not wait for the disk (docs/decisions/0013). */
  flush?: boolean;
  timeouts?: TimeoutProfile;
  /** Gets the pool, to be watched. */
  opened?: (pool: Pool) => void;
  /** Through a transaction pooler. */
  shared?: boolean;
}>;

export function connect(url: string, options: ConnectOptions): Db {
  const settings = sessionSettings(options.timeouts);
  const first = options.flush === false ? `${settings}; set synchronous_commit to off` : settings;
  const pool = new Pool({
    ...poolSettings(url, options.role),
    max: options.connections,
    // Stays open, for what runs every ten seconds: opening one costs ten times what its query does.
    min: 1,
    // A session without its settings is never used.
    ...(options.shared ? {} : { verify: (client, done) => client.query(first, (err) => done(err)) }),
  });
  options.opened?.(pool);
  // An idle connection that breaks (a restarted server) is replaced by the pool; without a listener it would end the process.
  pool.on('error', (err) => options.log.warn({ err }, 'database.connection_lost'));
  // One that breaks within a transaction has no other listener; its next statement fails.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const connections = poolConnections(pool);
  if (!options.shared) return kyselyOver(connections);
  return kyselyOver({ ...connections, shared: { settings: transactionSettings(options.flush !== false) } });
}

/** Columns are snake_case in SQL and camelCase here; keys inside JSON values stay as they are. */
export function kyselyOver(connections: Connections): Db {
  const columns = new CamelCaseColumns();
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => createDriver(connections, columns),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [columns],
  });
}
