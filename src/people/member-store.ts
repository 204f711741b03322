import type { Db } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';

/** A person in a chat, both by Telegram's numbers. */
export type Member = Readonly<{ chatId: number; telegramId: number }>;

export async function isKnown(db: Db, { chatId, telegramId }: Member): Promise<boolean> {
  const found = await prepared(db)
    .selectFrom('members')
    .select('chatId')
    .where('chatId', '=', chatId)
    .where('telegramId', '=', telegramId)
    .executeTakeFirst();
  return found !== undefined;
}

export async function upsert(db: Db, member: Member, now: Date): Promise<void> {
  await prepared(db)
    .insertInto('members')
    .values({ ...member, seenAt: now })
    .onConflict((conflict) => conflict.columns(['chatId', 'telegramId']).doUpdateSet({ seenAt: now }))
    .execute();
}

export async function remove(db: Db, { chatId, telegramId }: Member): Promise<void> {
  await db.deleteFrom('members').where('chatId', '=', chatId).where('telegramId', '=', telegramId).execute();
}
