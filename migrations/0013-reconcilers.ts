import { type Kysely, sql } from 'kysely';

/** How far what a source may have lost was looked for, so that a downtime is covered by its own length. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table reconcilers (
      source text primary key,
      -- Everything that changed before then was compared.
      covered_until timestamptz not null,
      succeeded_at timestamptz,
      failed_at timestamptz,
      failures integer not null default 0,
      last_error text,
      -- The incidence that was asked about last.
      asked_until bigint not null default 0
    )`.execute(db);
}
