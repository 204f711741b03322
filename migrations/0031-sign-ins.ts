import { type Kysely, sql } from 'kysely';

/** Links that sign in to the dashboard once, and the sessions that follow. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sign_ins (
      secret_hash bytea primary key,
      kind text not null check (kind in ('link', 'session')),
      person_id bigint not null references people (id),
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index sign_ins_expires_at on sign_ins (expires_at)`.execute(db);
}
