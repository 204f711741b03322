import { type Kysely, sql } from 'kysely';

/** Chats where alerts make no sound for a while, and what is to be told of when that ends. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table quiet_chats (
      chat_id bigint primary key,
      -- Where it was set last: the summary goes there.
      thread_id bigint,
      -- Minutes of the local day; an end before the start is on the next day.
      from_minute integer,
      to_minute integer,
      muted_until timestamptz,
      -- The quiet time that has begun, and when its summary is due.
      quiet_since timestamptz,
      due_at timestamptz
    )`.execute(db);
}
