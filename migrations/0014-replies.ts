import { type Kysely, sql } from 'kysely';

/** Answers to customers that are written in Telegram, from the preview to what became of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table replies (
      id bigint generated always as identity primary key,
      incidence_id bigint not null references incidences (id) on delete cascade,
      person_id bigint not null references people (id),
      text text not null,
      file jsonb,
      channel text not null,
      state text not null check (state in ('draft', 'discarded', 'queued', 'sending', 'sent', 'failed')),
      reason text,
      nonce text not null unique,
      chat_id bigint not null,
      message_id integer,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create index replies_by_incidence on replies (incidence_id)`.execute(db);
  await sql`
    alter table incidences
      add column reply_nonce text,
      add column reply_status text,
      add column reply_by bigint references people (id)`.execute(db);
}
