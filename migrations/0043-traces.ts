import { type Kysely, sql } from 'kysely';

/** The trace that an event belongs to, and with it the deliveries that it caused: it joins the logs of all processes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table inbound_events add column trace_id uuid`.execute(db);
  await sql`alter table deliveries add column trace_id uuid`.execute(db);
}
