import { type Kysely, sql } from 'kysely';

/** People's own Chatwoot identity, and what is written with it. The tokens are encrypted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table people_links (
      person_id bigint primary key references people (id) on delete cascade,
      desk_user_id bigint not null,
      desk_name text not null,
      token bytea not null,
      linked_at timestamptz not null,
      refused_at timestamptz
    )`.execute(db);
  await sql`alter table replies add column as_self boolean not null default false`.execute(db);
  await sql`alter table incidences add column desk_assigned_to bigint`.execute(db);
}
