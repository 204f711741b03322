import type { Db } from '../database/connect.ts';
import type { ChatPlace } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as incidenceStore from './incidence-store.ts';
import { sendCard } from './plan-deliveries.ts';

/** Open incidences that stand in no chat and wait for none, as before the first chat was set: their cards are sent now. */
export async function showUnshown(db: Db, places: readonly ChatPlace[], now: Date): Promise<void> {
  const unshown = await incidenceStore.findAllUnshown(db);
  await deliveryStore.enqueue(
    db,
    unshown.flatMap((incidence) => places.map((place) => sendCard(incidence, place))),
    now,
  );
}
