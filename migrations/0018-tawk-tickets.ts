import { type Kysely, sql } from 'kysely';

/** Tickets are read on their own, so that a list of them that fails holds up no chats. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table tawk_imports add column tickets_caught_up_to timestamptz`.execute(db);
}
