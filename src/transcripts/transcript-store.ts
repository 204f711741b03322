import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { TranscriptSummary } from './summary.ts';
import type { Transcript } from './transcript.ts';

/** How many messages are stored; 0 when there is no transcript. */
export async function countMessages(db: Db, incidenceId: number): Promise<number> {
  const { count } = await db
    .selectFrom('transcriptMessages')
    .innerJoin('transcripts', 'transcripts.id', 'transcriptMessages.transcriptId')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('incidenceId', '=', incidenceId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Stores a transcript in place of an earlier one of the same chat. */
export async function replace(
  db: Db,
  incidenceId: number,
  { messages, summary }: Readonly<{ messages: Transcript['messages']; summary: TranscriptSummary }>,
  now: Date,
): Promise<void> {
  const values = { durationSeconds: summary.durationSeconds, summary: JSON.stringify(summary), storedAt: now };
  const { id } = await db
    .insertInto('transcripts')
    .values({ incidenceId, ...values })
    .onConflict((conflict) => conflict.column('incidenceId').doUpdateSet(values))
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.deleteFrom('transcriptMessages').where('transcriptId', '=', id).execute();
  await sql`
    insert into transcript_messages (transcript_id, position, sender, name, text, at, attachments)
    select ${id}, row.* from unnest(
      ${messages.map((_, position) => position)}::integer[],
      ${messages.map((message) => message.sender)}::text[],
      ${messages.map((message) => message.name ?? null)}::text[],
      ${messages.map((message) => message.text)}::text[],
      ${messages.map((message) => message.at?.toISOString() ?? null)}::timestamptz[],
      ${messages.map((message) => JSON.stringify(message.attachments))}::jsonb[]) as row`.execute(db);
}

export async function findAllMessages(db: Db, incidenceId: number) {
  return db
    .selectFrom('transcriptMessages')
    .innerJoin('transcripts', 'transcripts.id', 'transcriptMessages.transcriptId')
    .select(['sender', 'name', 'text', 'at', 'attachments'])
    .where('incidenceId', '=', incidenceId)
    .orderBy('position')
    .execute();
}
