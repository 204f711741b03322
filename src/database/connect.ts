import {
  CamelCasePlugin,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Transaction,
} from 'kysely';
import { Pool, type PoolConfig, types } from 'pg';
import type { Log } from '../log.ts';
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

/**
 * The server gives up a vanished machine after 4 + 3 × 3 s: what its sessions hold, the sender lock and whatever an open
 * transaction locks, is free again.
 */
export const keepAlives =
  'set tcp_keepalives_idle = 4; set tcp_keepalives_interval = 3; set tcp_keepalives_count = 3; set tcp_user_timeout = 13000';

/** `role` shows in pg_stat_activity, so that an operator can tell our connections apart. */
export function poolSettings(url: string, role: string): PoolConfig {
  return {
    connectionString: url,
    application_name: `bellhop ${role}`,
    types: numbers,
    connectionTimeoutMillis: 5_000,
    // An answer that was lost on the way is not waited for without end.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** `flush: false`: its commits do not wait for the disk (docs/decisions/0013). Set by a statement, since poolers refuse start-up options. */
export function connect(url: string, options: { role: string; connections: number; log: Log; flush?: boolean }): Db {
  const pool = new Pool({ ...poolSettings(url, options.role), max: options.connections });
  // An idle connection that breaks (a restarted server) is replaced by the pool; without a listener it would end the process.
  pool.on('error', (err) => options.log.warn({ err }, 'database.connection_lost'));
  // One that breaks between two statements of a transaction has no listener but this; its next statement fails.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    const settings = options.flush === false ? `${keepAlives}; set synchronous_commit to off` : keepAlives;
    client.query(settings).catch(() => undefined);
  });
  return kyselyOver(poolConnections(pool));
}

/** Columns are snake_case in SQL and camelCase here; keys inside JSON values stay as they are. */
export function kyselyOver(connections: Connections): Db {
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => createDriver(connections),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}
