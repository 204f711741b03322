import { type Kysely, sql } from 'kysely';

/** How far each of Tawk.to's properties was read through its REST API, and when an incidence was imported that way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tawk_imports (
      property_id text primary key,
      -- What happened before is not looked for.
      started_at timestamptz not null,
      caught_up_to timestamptz not null
    )`.execute(db);
  await sql`alter table incidences add column imported_at timestamptz`.execute(db);
}
