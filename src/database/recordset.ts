import { type RawBuilder, sql } from 'kysely';

/** Statements with rows differ by whether there is one. */
export type RecordsetSize = 'one' | 'many';

export function recordsetSize(rows: readonly object[]): RecordsetSize {
  return rows.length === 1 ? 'one' : 'many';
}

export function forEachSize<T>(create: (size: RecordsetSize) => T): Readonly<Record<RecordsetSize, T>> {
  return { one: create('one'), many: create('many') };
}

/**
 * Rows for a statement, given as JSON, to be named by an alias. Where there is one, its text says so: PostgreSQL takes
 * them for a hundred, and a plan made while the table they are joined with was small reads that whole, however large it
 * became.
 */
export function recordset(json: string, size: RecordsetSize, columns: RawBuilder<unknown>): RawBuilder<unknown> {
  const all = sql`select * from json_to_recordset(${json}) as given (${columns})`;
  return size === 'one' ? sql`(${all} limit 1)` : sql`(${all})`;
}
