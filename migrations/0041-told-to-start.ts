import { type Kysely, sql } from 'kysely';

/** When the team's chat was told how the bot can write to somebody in private; null: never. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table people add column told_to_start_at timestamptz`.execute(db);
}
