import { type Kysely, sql } from 'kysely';

/** Whether a delivery was copied is no longer a flag in its payload; the successor of a chat is a number like every chat id. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table deliveries add column copied_to_rescue_at timestamptz`.execute(db);
  await sql`
    update deliveries set copied_to_rescue_at = now()
    where payload ? 'rescued' and state in ('waiting', 'folded')`.execute(db);
  await sql`alter table lanes alter column migrated_to type bigint using migrated_to::bigint`.execute(db);
}
