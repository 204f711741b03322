import { type Kysely, sql } from 'kysely';

/**
 * What /find looks through. It is filled in the background, from the oldest incidence on, so that neither the migration
 * nor whoever changes an incidence waits for it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table incidence_search (
      incidence_id bigint primary key references incidences on delete cascade,
      words tsvector not null,
      -- Of all messages that were shown so far: an incidence keeps the newest alone
      said tsvector not null,
      email text,
      phone text,
      visitor_id text,
      -- Of the incidence, when this was read; null: to be read anew
      version integer
    )`.execute(db);
  await sql`create index incidence_search_words on incidence_search using gin (words)`.execute(db);
  await sql`create index incidence_search_due on incidence_search (incidence_id) where version is null`.execute(db);
  for (const column of ['email', 'phone', 'visitor_id']) {
    await sql`create index ${sql.ref(`incidence_search_${column}`)} on incidence_search (${sql.ref(column)})
      where ${sql.ref(column)} is not null`.execute(db);
  }
  // Up to which entry of the history the search has followed
  await sql`create table search_progress (history_id bigint not null)`.execute(db);
  await sql`insert into search_progress values (0)`.execute(db);
  await sql`create table search_terms (term text primary key, seen_at timestamptz not null)`.execute(db);
  await sql`create index search_terms_seen on search_terms (seen_at)`.execute(db);
  // Typing errors are forgiven where the server has pg_trgm and lets this role create it; the rest works without.
  await sql`
    do $$
    begin
      create extension if not exists pg_trgm;
      create index search_terms_similar on search_terms using gin (term gin_trgm_ops);
    exception when others then
      raise notice 'no pg_trgm: %', sqlerrm;
    end
    $$`.execute(db);
}
