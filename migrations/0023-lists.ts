import { type Kysely, sql } from 'kysely';

/** What was asked for in a list with several pages: a button has room for the page alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table lists (
      id bigint generated always as identity primary key,
      command text not null check (command in ('open', 'find')),
      words text not null,
      person_id bigint not null references people,
      at timestamptz not null
    )`.execute(db);
}
