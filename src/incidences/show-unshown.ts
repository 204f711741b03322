import type { Db } from '../database/connect.ts';
import type { ChatPlace } from '../routes/lane.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { placesFor } from '../routes/places-for.ts';
import * as incidenceStore from './incidence-store.ts';
import { sendCard } from './plan-deliveries.ts';

const pageSize = 1_000;

/** Every place gets the open incidences it should show and does not, for example when TELEGRAM_CHAT_ID was just changed. */
export async function showUnshown(db: Db, places: readonly ChatPlace[], now: Date): Promise<void> {
  for (const place of places) await showUnshownIn(db, place, places, now);
}

async function showUnshownIn(db: Db, place: ChatPlace, places: readonly ChatPlace[], now: Date): Promise<void> {
  let lastId = 0;
  for (;;) {
    const unshown = await incidenceStore.findAllUnshownIn(db, place, { afterId: lastId, limit: pageSize });
    const routed = unshown.filter((incidence) => placesFor(incidence, places).includes(place));
    const cards = routed.map((incidence) => sendCard(incidence, place));
    await deliveryStore.enqueue(db, cards, now);
    lastId = unshown.at(-1)?.id ?? lastId;
    if (unshown.length < pageSize) return;
  }
}
