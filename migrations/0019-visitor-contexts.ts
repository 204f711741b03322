import { type Kysely, sql } from 'kysely';

/** What shops tell of their visitors: with the incidence it belongs to, or waiting for the chat to come. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table incidences
      add column context jsonb not null default '[]',
      add column visitor_id text`.execute(db);
  for (const column of ['customer_email', 'visitor_id']) {
    await sql`
      create index ${sql.ref(`incidences_open_${column}`)} on incidences (${sql.ref(column)})
      where source = 'tawk' and kind = 'chat' and status <> 'closed'`.execute(db);
  }
  await sql`
    create table visitor_contexts (
      -- Of the next four together, which may be too long for an index.
      key text primary key,
      chat_id text not null,
      email text not null,
      visitor_id text not null,
      account text not null,
      attributes jsonb not null,
      sent_at timestamptz not null
    )`.execute(db);
  for (const column of ['chat_id', 'email', 'visitor_id', 'sent_at']) {
    await sql`create index ${sql.ref(`visitor_contexts_${column}`)} on visitor_contexts (${sql.ref(column)})`.execute(
      db,
    );
  }
}
