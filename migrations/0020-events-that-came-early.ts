import { type Kysely, sql } from 'kysely';

/** Which conversation an event waits for that came before anything opened an incidence of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table inbound_events add column awaits text`.execute(db);
  await sql`create index inbound_events_awaiting on inbound_events (awaits) where awaits is not null`.execute(db);
}
