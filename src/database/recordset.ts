import { type RawBuilder, sql } from 'kysely';

/**
 * Rows for a statement, to be named by an alias. Where there is one, its text says so: PostgreSQL takes them for a hundred,
 * and a plan made while the table they are joined with was small reads that whole, however large it became.
 */
export function recordset(rows: readonly object[], columns: RawBuilder<unknown>): RawBuilder<unknown> {
  const all = sql`select * from json_to_recordset(${JSON.stringify(rows)}) as given (${columns})`;
  return rows.length === 1 ? sql`(${all} limit 1)` : sql`(${all})`;
}
