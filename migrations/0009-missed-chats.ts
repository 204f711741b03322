import { type Kysely, sql } from 'kysely';

/** A finished chat in five lines, beside its messages; since when a chat is one that nobody answered; what /stats counts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table transcripts add column summary jsonb`.execute(db);
  await sql`alter table incidences add column missed_at timestamptz`.execute(db);
  await sql`create index incidence_history_missed on incidence_history (at) where action = 'missed'`.execute(db);
}
