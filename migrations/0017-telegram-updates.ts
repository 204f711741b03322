import { type Kysely, sql } from 'kysely';

/** What Telegram posted in webhook mode, until the process with the bot has handled it, and the webhook we set. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table telegram_updates (
      id bigint generated always as identity primary key,
      bot_id bigint not null,
      update_id bigint not null,
      -- Emptied once it is handled: it holds what people wrote. The row stays a while, to recognize repeats.
      body bytea,
      received_at timestamptz not null,
      handled_at timestamptz,
      unique (bot_id, update_id)
    )`.execute(db);
  await sql`create index telegram_updates_waiting on telegram_updates (id) where handled_at is null`.execute(db);
  await sql`create index telegram_updates_by_age on telegram_updates (received_at)`.execute(db);
  await sql`
    create table telegram_webhooks (
      bot_id bigint primary key,
      url text not null,
      set_at timestamptz not null
    )`.execute(db);
}
