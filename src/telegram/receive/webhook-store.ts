import type { Db } from '../../database/connect.ts';

/** The webhook that a Bellhop on this database set last. */
export async function findUrl(db: Db, botId: number): Promise<string | undefined> {
  const row = await db.selectFrom('telegramWebhooks').select('url').where('botId', '=', botId).executeTakeFirst();
  return row?.url;
}

export async function upsert(db: Db, botId: number, url: string, now: Date): Promise<void> {
  await db
    .insertInto('telegramWebhooks')
    .values({ botId, url, setAt: now })
    .onConflict((conflict) => conflict.column('botId').doUpdateSet({ url, setAt: now }))
    .execute();
}
