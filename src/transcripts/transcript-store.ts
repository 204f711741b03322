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
  const rows = messages.map((message, position) => ({
    transcriptId: id,
    position,
    sender: message.sender,
    name: message.name ?? null,
    text: message.text,
    at: message.at ?? null,
    attachments: JSON.stringify(message.attachments),
  }));
  // Far below the 65,535 parameters one statement may have.
  for (let from = 0; from < rows.length; from += 1_000) {
    await db
      .insertInto('transcriptMessages')
      .values(rows.slice(from, from + 1_000))
      .execute();
  }
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
