import { type Kysely, sql } from 'kysely';

/** Links that make whoever opens one a member of the team, and who was removed from it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table invitations (
      -- SHA-256; the code itself is in the link alone.
      code_hash bytea primary key,
      role text not null check (role in ('agent', 'lead')),
      invited_by bigint not null references people,
      expires_at timestamptz not null
    )`.execute(db);
  await sql`alter table people add column invited_at timestamptz, add column removed_at timestamptz`.execute(db);
}
