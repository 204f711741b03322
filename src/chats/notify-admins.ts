import type { Db } from '../database/connect.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import { type Delivery, rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';

/** A delivery failed for good: notifies the admins, once per cause and day (the sender ensures that). */
export async function notifyOfDead(
  db: Db,
  dead: { delivery: Delivery; reason: string; adminPlaces: readonly ChatPlace[] },
  now: Date,
): Promise<void> {
  const { delivery, reason } = dead;
  // A notice that cannot be delivered causes no other notice.
  if (delivery.kind === 'dead_note') return;
  const requests = dead.adminPlaces.map((place) => ({
    lane: laneOf(place.chatId),
    kind: 'dead_note' as const,
    subject: `dead:${delivery.kind}:${reason}`,
    rank: rank.high,
    incidenceId: null,
    payload: { ...place, reason },
  }));
  await deliveryStore.enqueue(db, requests, now);
}

/** A chat accepts no more messages: notifies the admins and the team elsewhere. */
export async function notifyOfLost(
  db: Db,
  lost: { lane: string; reason: string; readers: readonly ChatPlace[] },
  now: Date,
): Promise<void> {
  const { lane, reason } = lost;
  const elsewhere = lost.readers.filter((place) => laneOf(place.chatId) !== lane);
  const requests = elsewhere.map((place) => ({
    lane: laneOf(place.chatId),
    kind: 'lost_note' as const,
    subject: `lost:${lane}`,
    rank: rank.critical,
    incidenceId: null,
    payload: { ...place, lane, reason },
  }));
  await deliveryStore.enqueue(db, requests, now);
}
