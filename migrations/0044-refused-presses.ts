import { type Kysely, sql } from 'kysely';

/** Presses that were refused and belong to no incidence. What somebody repeats is one row a day, so that nobody fills it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table refused_presses (
      id bigint generated always as identity primary key,
      actor text not null,
      wanted text not null,
      reason text not null,
      times integer not null default 1,
      at timestamptz not null
    )`.execute(db);
  await sql`
    create unique index refused_presses_day
    on refused_presses (actor, wanted, reason, ((at at time zone 'UTC')::date))`.execute(db);
  await sql`create index refused_presses_at on refused_presses (at)`.execute(db);
}
