import type { Selectable } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';

export type Reply = Selectable<Database['replies']>;

type NewReply = Pick<Reply, 'incidenceId' | 'personId' | 'text' | 'asSelf' | 'file' | 'channel' | 'nonce' | 'chatId'>;

export async function insertDraft(db: Db, reply: NewReply, now: Date): Promise<Reply> {
  const file = reply.file === null ? null : JSON.stringify(reply.file);
  return db
    .insertInto('replies')
    .values({ ...reply, file, state: 'draft', createdAt: now })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findById(db: Db, id: number): Promise<Reply | undefined> {
  return db.selectFrom('replies').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function lockById(trx: Trx, id: number): Promise<Reply | undefined> {
  return trx.selectFrom('replies').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export async function update(
  db: Db,
  id: number,
  change: Partial<Pick<Reply, 'state' | 'reason' | 'messageId'>>,
): Promise<void> {
  await db.updateTable('replies').set(change).where('id', '=', id).execute();
}

/** False where its state is no longer the one that was read. */
export async function beginSending(db: Db, { id, state }: Pick<Reply, 'id' | 'state'>): Promise<boolean> {
  const begun = await db
    .updateTable('replies')
    .set({ state: 'sending', reason: null })
    .where('id', '=', id)
    .where('state', '=', state)
    .executeTakeFirst();
  return begun.numUpdatedRows > 0n;
}
