import { type Kysely, sql } from 'kysely';

/** When an incidence's personal data was last emptied, and what the hourly deletion looks for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table incidences add column forgotten_at timestamptz`.execute(db);
  await sql`
    create index incidences_to_forget on incidences (closed_at)
    where status = 'closed' and (forgotten_at is null or forgotten_at < updated_at)`.execute(db);
  await sql`create index transcripts_stored on transcripts (stored_at)`.execute(db);
}
