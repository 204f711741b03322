import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortedTransactionError,
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { Client, Pool, PoolClient } from 'pg';
import { takeBatch, takesNext } from './batch.ts';
import type { CamelCaseColumns } from './camel-case-columns.ts';
import { type Outcome, type Sent, sendPipeline } from './pipeline.ts';
import { isPrepared, nameOf } from './prepared.ts';

type PgClient = Client | PoolClient;

/** Where connections come from: a pool, or the one session that holds a lock. */
export type Connections = Readonly<{
  acquire: () => Promise<PgClient>;
  /** `broken`: it must not be used again. */
  release: (client: PgClient, broken: boolean) => void;
  end: () => Promise<void>;
  /**
   * Where a transaction pooler shares the server's sessions: nothing set or prepared in a session lasts, so each
   * transaction and each batch begins with this statement, and no statement is prepared.
   */
  shared?: Readonly<{ settings: string }>;
  /** Nobody else sends on them, so `begin` and locks may wait for the transaction's next statement and go with it. */
  exclusive?: boolean;
  /** A query was answered; when it was sent (`performance.now()`). */
  answered?: (sentAt: number) => void;
}>;

export function poolConnections(pool: Pool): Connections {
  return {
    acquire: () => connectWhenAllowed(pool),
    release: (client, broken) => {
      if ('release' in client) client.release(broken);
    },
    end: () => pool.end(),
    exclusive: true,
  };
}

/** "too many connections": others of the same role or server hold them all at this moment. */
const tooManyConnections = '53300';
const retryMs = 50;
const maxWaitMs = 5_000;

async function connectWhenAllowed(pool: Pool): Promise<PoolClient> {
  for (let waitedMs = 0; ; waitedMs += retryMs) {
    try {
      return await pool.connect();
    } catch (error) {
      const isFull = error instanceof Error && 'code' in error && error.code === tooManyConnections;
      if (!isFull || waitedMs >= maxWaitMs) throw error;
      await sleep(retryMs);
    }
  }
}

/** "cached plan must not change result type": a newer version of the program migrated the tables meanwhile. */
const planIsStale = '0A000';

/**
 * Kysely over pg (docs/decisions/0014): statements marked by `prepared`, batches, and what goes with `begin` as pipelines
 * of our own, all else as pg's queries.
 */
export function createDriver(
  { acquire, release, end, shared, exclusive, answered }: Connections,
  columns: CamelCaseColumns,
): Driver {
  const broken = new WeakSet<PgClient>();
  /** Of transactions that have sent nothing yet: `begin` goes with the first statement. */
  const beginnings = new WeakMap<PgClient, CompiledQuery>();
  /** What goes with the next statement of a transaction. */
  const waiting = new WeakMap<PgClient, readonly CompiledQuery[]>();
  /** Whose last batch has ended their transaction. */
  const committed = new WeakSet<PgClient>();

  /** By callback: a result of pg's own promise outlives it, and every scavenge takes five times as long. */
  function query(compiled: CompiledQuery, client: PgClient): Promise<Outcome> {
    const { sql: text, parameters, queryId } = compiled;
    const before = waiting.get(client) ?? [];
    if (takesNext(compiled) && exclusive) {
      waiting.set(client, [...before, compiled]);
      return Promise.resolve(nothingYet);
    }
    const sentAt = performance.now();
    const beginning = beginnings.get(client);
    const batch = takeBatch(compiled);
    return new Promise((resolve, reject) => {
      const settle = (error: Error | null | undefined, outcome: Outcome | undefined) => {
        if (!error && outcome) {
          answered?.(sentAt);
          return resolve(outcome);
        }
        const isStale = error && 'code' in error && error.code === planIsStale;
        if (batch || beginning || before.length > 0 || isStale) broken.add(client);
        return reject(error);
      };
      if (!batch && !beginning && before.length === 0 && (shared || !isPrepared(queryId))) {
        return client.query(text, [...parameters], (error, result) =>
          settle(error, result && { ...result, rowCount: result.rowCount ?? 0 }),
        );
      }
      const { statements, commits } = batch ?? { statements: [compiled], commits: false };
      const first = batch && shared ? CompiledQuery.raw(shared.settings) : beginning;
      const toSend = (one: CompiledQuery): Sent => {
        const prepares = !shared && (batch?.statements.includes(one) || isPrepared(one.queryId));
        return prepares ? { ...unprepared(one), name: nameOf(one.sql) } : unprepared(one);
      };
      const sent = [
        ...(first ? [unprepared(first)] : []),
        ...[...before, ...statements].map(toSend),
        ...(commits ? [unprepared(commit)] : []),
      ];
      sendPipeline(client, sent, columns.toCamelCase, (error, outcomes) => {
        if (!error && commits) committed.add(client);
        if (!error) columns.named(queryId);
        settle(error, outcomes.at(commits ? -2 : -1));
      });
      // Only now: a value that cannot be sent stops it before, and what follows must not run without them.
      waiting.delete(client);
      beginnings.delete(client);
    });
  }

  /** Whether the transaction has nothing to end: it sent nothing, or has ended. */
  function isOver(client: PgClient): boolean {
    waiting.delete(client);
    return beginnings.delete(client) || committed.delete(client);
  }

  function connectionOver(client: PgClient): DatabaseConnection {
    return {
      executeQuery: async <Row>(compiled: CompiledQuery): Promise<QueryResult<Row>> => {
        const { command, rowCount, rows } = await query(compiled, client);
        // Whoever asks names the columns.
        const found = rows as Row[];
        if (command === 'SELECT') return { rows: found };
        if (command === 'ROLLBACK' && compiled.sql === commit.sql) throw new AbortedTransactionError();
        return { rows: found, numAffectedRows: BigInt(rowCount) };
      },
      streamQuery: () => {
        throw new Error('streaming is not used');
      },
    };
  }

  const open = new WeakMap<DatabaseConnection, PgClient>();
  return {
    init: async () => undefined,
    acquireConnection: async () => {
      const client = await acquire();
      const connection = connectionOver(client);
      open.set(connection, client);
      return connection;
    },
    beginTransaction: async (connection, settings) => {
      const client = open.get(connection);
      if (shared || !exclusive || !client) await connection.executeQuery(begin(settings, shared?.settings));
      else beginnings.set(client, begin(settings));
    },
    commitTransaction: async (connection) => {
      const client = open.get(connection);
      if (!client || !isOver(client)) await connection.executeQuery(commit);
    },
    rollbackTransaction: async (connection) => {
      const client = open.get(connection);
      if (client && isOver(client)) return;
      await connection.executeQuery(CompiledQuery.raw('rollback')).catch((error: unknown) => {
        if (client) broken.add(client);
        throw error;
      });
    },
    releaseConnection: async (connection) => {
      const client = open.get(connection);
      if (client) release(client, broken.has(client));
    },
    destroy: end,
  };
}

const nothingYet: Outcome = { command: 'SELECT', rowCount: 0, rows: [] };
const commit = CompiledQuery.raw('commit');

function unprepared({ sql: text, parameters: values }: CompiledQuery): Sent {
  return { text, values };
}

function begin({ isolationLevel, accessMode }: TransactionSettings, settings?: string): CompiledQuery {
  const isolation = isolationLevel ? ` isolation level ${isolationLevel}` : '';
  return CompiledQuery.raw(
    `begin${isolation}${accessMode ? ` ${accessMode}` : ''}${settings === undefined ? '' : `; ${settings}`}`,
  );
}
