import { type Kysely, sql } from 'kysely';

/** What a card tells of the conversation beside its newest message: what waits for an answer, what was not delivered, missed SLAs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table incidences
      add column message_ref text,
      add column message_at timestamptz,
      add column unanswered text[] not null default '{}',
      add column last_answer_at timestamptz,
      add column waiting_since timestamptz,
      add column failed_reply text,
      add column failed_reply_at timestamptz,
      add column sla_missed text[] not null default '{}',
      add column details_version double precision`.execute(db);
}
