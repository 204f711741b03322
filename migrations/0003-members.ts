import { type Kysely, sql } from 'kysely';

/** Who was seen to be in which chat: believed while Telegram does not answer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table members (
      chat_id bigint not null,
      telegram_id bigint not null,
      seen_at timestamptz not null,
      primary key (chat_id, telegram_id)
    )`.execute(db);
}
