import { type Kysely, sql } from 'kysely';

/** The first answer to an alert with an Idempotency-Key, for its repetitions, and what the hourly expiry looks for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table inbound_events add column answer json`.execute(db);
  await sql`
    create index inbound_events_keyed on inbound_events (received_at)
    where source = 'alert' and delivery_id like 'key:%'`.execute(db);
}
