import { type Kysely, sql } from 'kysely';

/** Reminders of what nobody acknowledged or answered, and who is on duty. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table incidences
      add column answer_step smallint not null default 0,
      add column not_answered_by bigint references people`.execute(db);
  await sql`create index incidences_due on incidences (next_due_at) where next_due_at is not null`.execute(db);
  await sql`
    create table reminders (
      id bigint generated always as identity primary key,
      incidence_id bigint not null references incidences on delete cascade,
      about text not null check (about in ('open', 'answer', 'reopened')),
      whom text not null check (whom in ('duty', 'leads', 'everyone', 'holder')),
      chat_id bigint not null,
      thread_id integer,
      at timestamptz not null,
      -- Sent, or found to be no longer true
      settled_at timestamptz,
      message_id bigint
    )`.execute(db);
  await sql`create index reminders_waiting on reminders (chat_id) where settled_at is null`.execute(db);
  await sql`create index reminders_sent on reminders (chat_id, settled_at) where message_id is not null`.execute(db);
  await sql`create index reminders_incidence on reminders (incidence_id)`.execute(db);
  await sql`create index reminders_settled on reminders (settled_at) where settled_at is not null`.execute(db);
  await sql`
    create table duty (
      id bigint generated always as identity primary key,
      person_id bigint not null references people,
      since timestamptz not null,
      until timestamptz,
      ended_at timestamptz,
      chat_id bigint not null,
      thread_id integer
    )`.execute(db);
  await sql`create unique index duty_one_a_person on duty (person_id) where ended_at is null`.execute(db);
  await sql`create index duty_ended on duty (ended_at) where ended_at is not null`.execute(db);
  await sql`
    create table handovers (
      id bigint generated always as identity primary key,
      person_id bigint not null references people,
      -- What they held when they went off duty
      incidence_ids jsonb not null,
      chat_id bigint not null,
      thread_id integer,
      message_id bigint,
      at timestamptz not null,
      taken_by bigint references people,
      taken_at timestamptz
    )`.execute(db);
}
