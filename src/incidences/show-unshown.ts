import type { Db } from '../database/connect.ts';
import type { ChatPlace } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as incidenceStore from './incidence-store.ts';
import { sendCard } from './plan-deliveries.ts';

const atOnce = 1_000;

/** Open incidences that stand in no chat and wait for none, as before the first chat was set: their cards are sent now. */
export async function showUnshown(db: Db, places: readonly ChatPlace[], now: Date): Promise<void> {
  if (places.length === 0) return;
  for (;;) {
    const unshown = await incidenceStore.findAllUnshown(db, atOnce);
    const wishes = unshown.flatMap((incidence) => places.map((place) => sendCard(incidence, place)));
    await deliveryStore.enqueue(db, wishes, now);
    // What is enqueued waits for a chat, and is not found again.
    if (unshown.length < atOnce) return;
  }
}
