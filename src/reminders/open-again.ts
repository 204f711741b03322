import type { Trx } from '../database/connect.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as cardStore from '../incidences/card-store.ts';
import { historyOfChange } from '../incidences/history-of-change.ts';
import { type Incidence, released } from '../incidences/incidence.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import { planDeliveries } from '../incidences/plan-deliveries.ts';
import { type Desk, planWriteBack } from '../incidences/plan-write-back.ts';
import type { Routing } from '../routes/places-for.ts';

/** How the history calls what nobody did. */
export const nobody = { actorId: null, actor: 'Bellhop' } as const;

/** Opens these again, for everybody: who acknowledged them did not answer (`promise`), or their snooze is over. */
export async function openAgain(
  trx: Trx,
  ended: Readonly<{ what: 'promise' | 'snooze'; incidences: readonly Incidence[] }>,
  { places, desk }: Readonly<{ places: Routing; desk: Desk | undefined }>,
  now: Date,
): Promise<Incidence[]> {
  if (ended.incidences.length === 0) return [];
  const isSnooze = ended.what === 'snooze';
  const before = new Map(ended.incidences.map((incidence) => [incidence.id, incidence]));
  const changes = ended.incidences.map(({ id, acknowledgedBy }) => ({
    id,
    change: released(now, isSnooze ? null : acknowledgedBy),
  }));
  const opened = await incidenceStore.updateMany(trx, changes, now);
  const ids = opened.map(({ id }) => id);
  const cards = Map.groupBy(await cardStore.findAllByIncidences(trx, ids), ({ incidenceId }) => incidenceId);
  await cardStore.resetMenus(trx, ids);
  const requests = opened.flatMap((incidence) => [
    ...planDeliveries(
      incidence,
      { cards: cards.get(incidence.id) ?? [], places },
      { notice: isSnooze ? 'woken' : undefined },
    ),
    ...planWriteBack(incidence, isSnooze ? 'wake' : 'release', desk, false),
  ]);
  await deliveryStore.enqueue(trx, requests, now);
  const entries = opened.map((incidence) => ({
    incidenceId: incidence.id,
    ...nobody,
    ...historyOfChange(before.get(incidence.id) ?? incidence, incidence, {
      status: incidence.status,
      snoozedUntil: incidence.snoozedUntil,
    }),
    ...(isSnooze ? { action: 'wake' } : { action: 'release', note: 'not answered in time' }),
  }));
  await incidenceStore.record(trx, entries, now);
  return opened;
}
