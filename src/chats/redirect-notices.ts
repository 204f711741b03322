import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as noteStore from './note-store.ts';

/**
 * Notices for an admin who never started the bot or blocked it go to one who can be reached, else to the team's chat.
 * Returns how many were sent on.
 */
export async function redirectNotices(
  db: Db,
  lane: string,
  readers: Readonly<{ lost: ReadonlySet<string>; admins: readonly ChatPlace[]; team: readonly ChatPlace[] }>,
  now: Date,
): Promise<number> {
  const target = [...readers.admins, ...readers.team].find(({ chatId }) => !readers.lost.has(laneOf(chatId)));
  if (!target) return 0;
  return transact(db, async (trx) => {
    const notices = await noteStore.withdrawAllWaiting(trx, lane, now);
    const redirected = notices.map((notice) => ({
      ...notice,
      lane: laneOf(target.chatId),
      payload: { ...notice.payload, ...target },
    }));
    for (const notice of redirected) {
      // Whoever gets the same already is not to get it twice: joined to one on its way, it would be sent again.
      if (!(await noteStore.isWaiting(trx, notice))) await deliveryStore.enqueue(trx, [notice], now);
    }
    return redirected.length;
  });
}
