import { type Kysely, sql } from 'kysely';

/**
 * Since when an incidence is open (again), which its ages count from; null in rows of before: then since it was opened.
 * And what /stats reads: the changes of state within a period.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table incidences add column open_since timestamptz`.execute(db);
  await sql`
    create index incidence_history_states on incidence_history (at)
    where (after ->> 'status') is distinct from (before ->> 'status')`.execute(db);
}
