import { type Kysely, sql } from 'kysely';

/** Until now a stored admin counted for nothing: one that an early version left must not begin to count. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`update people set role = 'agent' where role = 'admin'`.execute(db);
}
