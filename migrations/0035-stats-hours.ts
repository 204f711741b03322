import { type Kysely, sql } from 'kysely';

/**
 * What happened in each past hour, counted once: for everything together and for each group. They are filled and
 * corrected in the background, and may be deleted at any time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table stats_hours (
      grouping text not null,
      begins timestamptz not null,
      -- '': without a name
      name text not null,
      ends timestamptz not null,
      counts integer[] not null,
      durations bytea not null,
      primary key (grouping, begins, name)
    )`.execute(db);
  await sql`
    create table stats_progress (
      -- Up to which entry of the history the hours have followed
      history_id bigint not null,
      -- The settings that they were counted by
      settings text not null
    )`.execute(db);
}
