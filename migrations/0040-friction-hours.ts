import { type Kysely, sql } from 'kysely';

/** Sums beside the counts of a past hour: friction has scores and carts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table stats_hours add column sums double precision[]`.execute(db);
}
