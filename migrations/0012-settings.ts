import { type Kysely, sql } from 'kysely';

/** What leads set from Telegram, and who changed what when. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table settings (
      key text primary key,
      value jsonb not null,
      changed_at timestamptz not null
    )`.execute(db);
  await sql`
    create table setting_changes (
      id bigint generated always as identity primary key,
      key text not null,
      -- In words: added "chargeback" as critical
      change text not null,
      changed_by bigint not null references people,
      changed_at timestamptz not null
    )`.execute(db);
  await sql`create index setting_changes_of on setting_changes (key, id)`.execute(db);
}
