import type { Trx } from '../database/connect.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as cardStore from './card-store.ts';
import { editCard } from './plan-deliveries.ts';

/** Every card of an incidence is to be looked at again: something beside the incidence itself changed. */
export async function editCards(trx: Trx, incidenceId: number, now: Date): Promise<void> {
  const cards = await cardStore.findAllByIncidence(trx, incidenceId);
  await deliveryStore.enqueue(
    trx,
    cards.map((card) => editCard(card)),
    now,
  );
}
