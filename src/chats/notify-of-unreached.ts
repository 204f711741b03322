import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as personStore from '../people/person-store.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';

/** What somebody was to read in private, and did not get: they never started the bot, or blocked it. */
export type Unreached = Readonly<{
  telegramId: number;
  /** Undefined: the team's chat mentions them already. */
  handoverId?: number;
}>;

/** Mentions them in the team's chat instead, and says there how they can be reached: that once. Whether anything is said. */
export async function notifyOfUnreached(
  db: Db,
  { telegramId, handoverId, place }: Unreached & Readonly<{ place: ChatPlace }>,
  now: Date,
): Promise<boolean> {
  return transact(db, async (trx) => {
    const isFirst = await personStore.markToldToStart(trx, telegramId, now);
    if (!isFirst && handoverId === undefined) return false;
    const request = {
      lane: laneOf(place.chatId),
      kind: 'unreached_note',
      subject: `unreached:${telegramId}:${handoverId ?? ''}`,
      rank: rank.high,
      incidenceId: null,
      payload: { ...place, telegramId, handoverId: handoverId ?? null, isFirst },
    };
    await deliveryStore.enqueue(trx, [request], now);
    return true;
  });
}
