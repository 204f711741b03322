import type { CompiledQuery, QueryId } from 'kysely';
import { type Client, type Connection, Query, type QueryResult as PgResult } from 'pg';
import type { Db, Trx } from './connect.ts';
import { nameOf } from './prepared.ts';

/** A whole statement: raw SQL or one of Kysely's builders. */
export type Statement = Readonly<{ compile: (db: Db) => CompiledQuery }>;

/** A statement whose rows are returned. */
type Last<Row> = Readonly<{ compile: (db: Db) => CompiledQuery<Row> }>;

/** What the query that ends a batch is sent with. `commits`: the transaction ends with it. */
type Batch = Readonly<{ statements: readonly CompiledQuery[]; commits: boolean }>;

const batches = new WeakMap<QueryId, Batch>();
/** The statements that each connection has prepared for batches. */
const preparedBy = new WeakMap<Connection, Set<string>>();

/**
 * Runs whole statements in one round trip and returns the rows of the last. They are one transaction, or part of the one
 * that `db` is. All become prepared statements, so their texts must always be the same.
 */
export async function executeBatch<Row>(db: Db, first: readonly Statement[], last: Last<Row>): Promise<Row[]> {
  return execute(db, first, last, false);
}

/**
 * The same for what ends a transaction: COMMIT goes with the statements, in the same round trip. Nothing may follow in the
 * transaction.
 */
export async function commitBatch<Row>(trx: Trx, first: readonly Statement[], last: Last<Row>): Promise<Row[]> {
  return execute(trx, first, last, true);
}

async function execute<Row>(db: Db, first: readonly Statement[], last: Last<Row>, commits: boolean): Promise<Row[]> {
  const compiled = last.compile(db);
  const statements = [...first.map((statement) => statement.compile(db)), compiled];
  batches.set(compiled.queryId, { statements, commits });
  return (await db.executeQuery(compiled)).rows;
}

/**
 * The batch that this query ends; undefined where it is not in one. Asked once: what a weak map holds outlives its key
 * until the whole heap is collected, and the parameters are large.
 */
export function takeBatch(query: CompiledQuery): Batch | undefined {
  const batch = batches.get(query.queryId);
  batches.delete(query.queryId);
  return batch;
}

/**
 * Sends the statements in one write and ends them by one Sync, which makes them one transaction (PostgreSQL manual,
 * "Extended Query", pipelining). After an error the connection must not be used again: which of the statements it has
 * prepared is unknown.
 */
export function sendBatch(
  client: Client,
  statements: readonly CompiledQuery[],
  { isPrepared }: Readonly<{ isPrepared: boolean }>,
  callback: (error: Error | undefined, results: readonly PgResult[]) => void,
): void {
  const known = preparedBy.get(client.connection) ?? new Set();
  preparedBy.set(client.connection, known);
  const bound = statements.map(({ sql, parameters }) => ({ name: nameOf(sql), sql, values: parameters.map(toText) }));
  // pg collects one result for each statement.
  const query = new Query({ text: '' }, (error: Error | undefined, results: PgResult | PgResult[]) =>
    callback(error, [results].flat()),
  );
  query.submit = (connection) => {
    connection.stream.cork();
    for (const { name, sql, values } of bound) {
      // One without a name lasts until the next.
      const statement = isPrepared ? batchName(name) : '';
      if (!isPrepared || !known.has(name)) connection.parse({ name: statement, text: sql, types: [] }, true);
      known.add(name);
      connection.bind({ statement, values }, true);
      connection.describe({ type: 'P', name: '' }, true);
      connection.execute(null, true);
    }
    connection.sync();
    connection.stream.uncork();
  };
  client.query(query);
}

/**
 * A query before which another statement is sent, in the same round trip: if that fails, the query is skipped. After an
 * error the connection must not be used again, as after a batch.
 */
export function queryAfter(
  first: string,
  config: Readonly<{ text: string; values: unknown[]; name?: string }>,
  callback: (error: Error | undefined, result: PgResult | undefined) => void,
): Query {
  const extended = { ...config, queryMode: 'extended' };
  const query = new Query(extended, (error: Error | undefined, results: PgResult | PgResult[]) =>
    callback(error, [results].flat().at(-1)),
  );
  const submit = query.submit.bind(query);
  query.submit = (connection) => {
    connection.stream.cork();
    connection.parse({ name: '', text: first, types: [] }, true);
    connection.bind({ statement: '', values: [] }, true);
    connection.execute(null, true);
    // Ends with the Sync of both.
    submit(connection);
    connection.stream.uncork();
  };
  return query;
}

/** Not the name under which pg itself prepares the same text. */
function batchName(name: string): string {
  return `batch ${name}`;
}

/** As PostgreSQL reads a parameter sent as text. */
function toText(value: unknown): string | null {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError('a batch takes scalar parameters only');
}
