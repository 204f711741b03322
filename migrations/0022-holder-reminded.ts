import { type Kysely, sql } from 'kysely';

/** When whoever acknowledged was reminded to answer: they have as much time again from then. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table incidences add column holder_reminded_at timestamptz`.execute(db);
}
