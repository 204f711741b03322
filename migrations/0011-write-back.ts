import { type Kysely, sql } from 'kysely';

/** What was written back to Chatwoot about an incidence, so that only differences are written and our own doing is recognised. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table desk_writes (
      incidence_id bigint primary key references incidences (id) on delete cascade,
      status_at timestamptz,
      labels text[] not null default '{}',
      labels_at timestamptz,
      noted text,
      noted_at timestamptz,
      note_sending text,
      note_nonce text,
      paused_until timestamptz
    )`.execute(db);
  await sql`
    alter table incidences
      drop constraint incidences_desk_status_check,
      add constraint incidences_desk_status_check
        check (desk_status in ('open', 'pending', 'snoozed', 'resolved', 'deleted'))`.execute(db);
  await sql`
    alter table incidences
      add column desk_status_sending text,
      add column desk_version_written double precision`.execute(db);
}
