import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { type ChatPlace, isSamePlace, laneOf } from '../routes/lane.ts';
import * as routeStore from '../routes/route-store.ts';

/** A topic that routes end in accepts no more messages: they are left out until it does, and the readers are told. Whether this is news. */
export async function notifyOfLostTopic(
  db: Db,
  lost: Readonly<{ place: ChatPlace; reason: string; readers: readonly ChatPlace[] }>,
  now: Date,
): Promise<boolean> {
  const { place, reason } = lost;
  return transact(db, async (trx) => {
    const title = await routeStore.markLost(trx, place, reason, now);
    if (title === undefined) return false;
    const notes = lost.readers
      .filter((reader) => !isSamePlace(reader, place))
      .map((reader) => ({
        lane: laneOf(reader.chatId),
        kind: 'topic_lost_note',
        subject: `topic:${place.chatId}:${place.threadId}`,
        rank: rank.high,
        incidenceId: null,
        payload: { ...reader, title, reason },
      }));
    await deliveryStore.enqueue(trx, notes, now);
    return true;
  });
}
