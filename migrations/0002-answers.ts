import { type Kysely, sql } from 'kysely';

/** When people were answered in a lane within the last minute: their answers count in its pace, for the next sender too. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table lanes add column answered_at timestamptz[] not null default '{}'`.execute(db);
}
