import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Transcript } from './transcript.ts';

/** Replaces an earlier transcript of the same chat; false, and nothing changes, when that one has more messages. */
export async function replace(db: Db, incidenceId: number, transcript: Transcript, now: Date): Promise<boolean> {
  const { messages } = transcript;
  const durationSeconds = transcript.durationSeconds ?? null;
  const { id } = await db
    .insertInto('transcripts')
    .values({ incidenceId, durationSeconds, storedAt: now })
    .onConflict((conflict) => conflict.column('incidenceId').doUpdateSet({ storedAt: now }))
    .returning('id')
    .executeTakeFirstOrThrow();
  const { count } = await db
    .selectFrom('transcriptMessages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('transcriptId', '=', id)
    .executeTakeFirstOrThrow();
  if (count > messages.length) return false;

  await db.updateTable('transcripts').set({ durationSeconds }).where('id', '=', id).execute();
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
  return true;
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
