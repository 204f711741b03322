import type { Db } from '../database/connect.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { isSamePlace } from '../routes/lane.ts';
import { placesFor, type Routing } from '../routes/places-for.ts';
import * as incidenceStore from './incidence-store.ts';
import { sendCard } from './plan-deliveries.ts';

const pageSize = 500;

/** Every place gets the open incidences it should show and does not, for example when a route was just set. */
export async function showUnshown(db: Db, routing: Routing, now: Date): Promise<void> {
  let lastId = 0;
  for (;;) {
    const page = await incidenceStore.findAllOpenWithPlaces(db, { afterId: lastId, limit: pageSize });
    const cards = page.flatMap(({ shownIn, ...incidence }) =>
      placesFor(incidence, routing)
        .filter((place) => !shownIn.some((shown) => isSamePlace(shown, place)))
        .map((place) => sendCard(incidence, place)),
    );
    await deliveryStore.enqueue(db, cards, now);
    lastId = page.at(-1)?.id ?? lastId;
    if (page.length < pageSize) return;
  }
}
