import type { CompiledQuery, QueryId } from 'kysely';
import type { Db, Trx } from './connect.ts';

/** A whole statement: raw SQL or one of Kysely's builders. */
export type Statement = Readonly<{ compile: (db: Db) => CompiledQuery }>;

/** A statement whose rows are returned. */
type Last<Row> = Readonly<{ compile: (db: Db) => CompiledQuery<Row> }>;

/** What the query that ends a batch is sent with. `commits`: the transaction ends with it. */
type Batch = Readonly<{ statements: readonly CompiledQuery[]; commits: boolean }>;

const batches = new WeakMap<QueryId, Batch>();
const waiting = new WeakSet<QueryId>();

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

/**
 * Sends a statement with the next one of the transaction, in the same round trip; its rows are not returned, and its error
 * is the next one's. Where nothing follows, it is not sent: for locks.
 */
export async function sendWithNext(trx: Trx, statement: Statement): Promise<void> {
  const compiled = statement.compile(trx);
  waiting.add(compiled.queryId);
  await trx.executeQuery(compiled);
}

/** Whether a query is to wait for the next one. Asked once, like `takeBatch`. */
export function takesNext({ queryId }: CompiledQuery): boolean {
  return waiting.delete(queryId);
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
