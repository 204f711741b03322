import { type Kysely, sql } from 'kysely';

/** How severe the help desk says a conversation is: who changes it there after a person set it in Telegram is newer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table incidences
      add column desk_severity text,
      -- What is being written to the desk.
      add column desk_severity_sending text`.execute(db);
}
