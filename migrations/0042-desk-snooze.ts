import { type Kysely, sql } from 'kysely';

/** Until when the help desk snoozes a conversation, as last known: who changes it there after a person did here is newer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table incidences add column desk_snoozed_until timestamptz`.execute(db);
}
