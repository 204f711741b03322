import type { Trx } from '../database/connect.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { Routing } from '../routes/places-for.ts';
import * as cardStore from './card-store.ts';
import * as incidenceStore from './incidence-store.ts';
import { planDeliveries } from './plan-deliveries.ts';

/** The help desk deleted the conversation: there is nobody left to answer. Does nothing to what is closed already. */
export async function closeDeleted(trx: Trx, id: number, places: Routing, now: Date): Promise<void> {
  const incidence = await incidenceStore.lockById(trx, id);
  if (!incidence || incidence.status === 'closed') return;
  const change = {
    status: 'closed',
    closedAt: now,
    closedBy: null,
    outcome: 'no_reply_needed',
    deskStatus: 'deleted',
  } as const;
  const updated = await incidenceStore.update(trx, id, change, now);
  const entry = {
    incidenceId: id,
    actorId: null,
    actor: incidence.source,
    action: 'conversation-deleted',
    before: { status: incidence.status, outcome: incidence.outcome },
    after: { status: updated.status, outcome: updated.outcome },
  };
  await incidenceStore.record(trx, [entry], now);
  await cardStore.resetMenus(trx, [id]);
  const cards = await cardStore.findAllByIncidence(trx, id);
  await deliveryStore.enqueue(trx, planDeliveries(updated, { cards, places }), now);
}
