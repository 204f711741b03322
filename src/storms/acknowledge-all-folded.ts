import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as cardStore from '../incidences/card-store.ts';
import * as dueStore from '../incidences/due-store.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import * as linkStore from '../people/link-store.ts';
import { type Incidence, transition } from '../incidences/incidence.ts';
import { editCard } from '../incidences/plan-deliveries.ts';
import { type Desk, planWriteBack } from '../incidences/plan-write-back.ts';
import { type Undo, undoOf } from '../incidences/undo.ts';
import * as foldedStore from './folded-store.ts';

/** One person acknowledges every open incidence that lies folded in a lane. Returns how many. */
export async function acknowledgeAllFolded(
  db: Db,
  lane: string,
  actor: Readonly<{ id: number; name: string }>,
  desk: Desk | undefined,
  now: Date,
): Promise<number> {
  return transact(db, async (trx) => {
    const locked = await foldedStore.lockFolded(trx, lane);
    const folded = locked.map((incidence) => ({ id: incidence.id, undo: undoOfAcknowledge(incidence, actor, now) }));
    const acknowledged = await foldedStore.acknowledgeFolded(trx, { lane, folded }, actor, now);
    await dueStore.resetDue(trx, acknowledged);
    // Some were called up as single cards.
    const cards = await cardStore.findAllByIncidences(trx, acknowledged);
    await deliveryStore.enqueue(
      trx,
      cards.map((card) => editCard(card)),
      now,
    );
    const isLinked = (await linkStore.findValid(trx, actor.id)) !== undefined;
    const incidences = await incidenceStore.findAllByIds(trx, acknowledged);
    const writes = incidences.flatMap((incidence) => {
      // Whoever acknowledges it ends a snooze, there as well.
      const did = incidence.deskStatus === 'snoozed' ? (['acknowledge', 'wake'] as const) : 'acknowledge';
      return planWriteBack(incidence, did, desk, isLinked);
    });
    await deliveryStore.enqueue(trx, writes, now);
    return acknowledged.length;
  });
}

function undoOfAcknowledge(incidence: Incidence, actor: { id: number }, now: Date): Undo | null {
  const outcome = transition(incidence, { kind: 'acknowledge' }, actor, now);
  return outcome.ok ? undoOf(incidence, { ...incidence, ...outcome.change }, outcome.change) : null;
}
