import { type Kysely, sql } from 'kysely';

/** Counts the states of an incidence, so that a press can say which one was seen. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table incidences add column state_version integer not null default 1`.execute(db);
}
