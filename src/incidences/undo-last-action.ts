import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as linkStore from '../people/link-store.ts';
import type { Person } from '../people/person.ts';
import type { Routing } from '../routes/places-for.ts';
import * as cardStore from './card-store.ts';
import { isRecorded, type RecordedColumn, valuesOf } from './history.ts';
import type { IncidenceChange } from './incidence.ts';
import * as incidenceStore from './incidence-store.ts';
import * as incidenceViewStore from './incidence-view-store.ts';
import { planDeliveries } from './plan-deliveries.ts';
import { type Desk, planWriteBack, whatFollows } from './plan-write-back.ts';
import * as tagStore from './tag-store.ts';
import { canUndo, type LastAction, type Undo, type Undoing } from './undo.ts';
import * as undoStore from './undo-store.ts';

type Named = Pick<LastAction, 'action' | 'actor'>;

export type UndoOutcome =
  | Readonly<{ ok: true; undone: Named; incidence: incidenceViewStore.IncidenceView }>
  | Readonly<{ ok: false; reason: 'not-found' }>
  | Readonly<{ ok: false; reason: 'open-as-another'; id: number }>
  | Extract<Undoing, { ok: false }>
  /** Somebody did something else meanwhile. */
  | Readonly<{ ok: false; reason: 'not-the-last'; last: Named }>;

/**
 * Takes back what somebody did last, as if it had not been done. `historyId`: what the presser saw; anything else that
 * was done since is left as it is. Refusals are recorded.
 */
export async function undoLastAction(
  db: Db,
  request: Readonly<{
    id: number;
    historyId?: number;
    actor: Person;
    places: Routing;
    desk: Desk | undefined;
  }>,
  now: Date,
): Promise<UndoOutcome> {
  const { id, actor, places, desk } = request;
  return transact(db, async (trx) => {
    const locked = await incidenceStore.lockFor(trx, { id, actor });
    if (!locked) return { ok: false, reason: 'not-found' };
    const { incidence } = locked;
    const by = { incidenceId: id, actorId: actor.id, actor: locked.name };
    const last = await undoStore.findLast(trx, id);
    const refuse = async <Refused extends UndoOutcome & { ok: false }>(refused: Refused): Promise<Refused> => {
      const entry = { ...by, action: 'refused', before: {}, after: { wanted: 'undo', reason: refused.reason } };
      await incidenceStore.record(trx, [entry], now);
      return refused;
    };
    if (last && request.historyId !== undefined && request.historyId !== last.historyId)
      return refuse({ ok: false, reason: 'not-the-last', last });
    const can = canUndo(last, incidence, now);
    if (!last || !can.ok) return refuse(can.ok ? { ok: false, reason: 'nothing-to-undo' } : can);

    const change: IncidenceChange = can.undo.before;
    const isReopened = incidence.status === 'closed' && change.status !== undefined;
    const sibling = isReopened ? await incidenceStore.findOpenSibling(trx, incidence) : undefined;
    if (sibling !== undefined) return refuse({ ok: false, reason: 'open-as-another', id: sibling });

    await untag(trx, id, can.undo, actor.id, now);
    const updated = await incidenceStore.update(trx, id, change, now);
    const columns = Object.keys(change).filter((key): key is RecordedColumn => isRecorded(key));
    const undone = { action: last.action, actor: last.actor };
    const entry = {
      ...by,
      action: 'undo',
      before: valuesOf(incidence, columns),
      after: { ...valuesOf(updated, columns), undone },
    };
    await incidenceStore.record(trx, [entry], now);
    if (change.status !== undefined) await cardStore.resetMenus(trx, [id]);
    const cards = await cardStore.findAllByIncidence(trx, id);
    const holder = updated.acknowledgedBy;
    const isLinked = desk !== undefined && holder !== null && (await linkStore.findValid(trx, holder)) !== undefined;
    const requests = [
      ...planDeliveries(updated, { cards, places }),
      ...planWriteBack(updated, whatFollows(can.undo), desk, isLinked),
    ];
    await deliveryStore.enqueue(trx, requests, now);
    const view = await incidenceViewStore.findById(trx, id);
    if (!view) throw new Error(`incidence ${id} vanished inside its own transaction`);
    return { ok: true, undone, incidence: view };
  });
}

/** The tags that were set go, and those that were taken off come back. */
async function untag(trx: Trx, id: number, { before, after }: Undo, actorId: number, now: Date): Promise<void> {
  const [had, has] = [tagsIn(before), tagsIn(after)];
  for (const name of has.filter((tag) => !had.includes(tag))) await tagStore.unset(trx, id, name);
  for (const name of had.filter((tag) => !has.includes(tag))) await tagStore.set(trx, id, name, actorId, now);
}

function tagsIn({ tags }: Undo['before']): readonly string[] {
  return Array.isArray(tags) ? tags.map(String) : [];
}
