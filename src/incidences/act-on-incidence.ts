import { randomUUID } from 'node:crypto';
import type { Db, Trx } from '../database/connect.ts';
import { executeBatch, type Statement } from '../database/batch.ts';
import { transact } from '../database/transact.ts';
import * as cardStore from './card-store.ts';
import type { DeliveryRequest } from '../delivery/delivery.ts';
import type { Routing } from '../routes/places-for.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as linkStore from '../people/link-store.ts';
import type { Person } from '../people/person.ts';
import { type Action, type Incidence, isSnoozed, type RefusalReason, transition } from './incidence.ts';
import * as incidenceStore from './incidence-store.ts';
import * as incidenceViewStore from './incidence-view-store.ts';
import { planDeliveries } from './plan-deliveries.ts';
import { type RecordedColumn, valuesOf } from './history.ts';
import { type Desk, type Did, planNote, planWriteBack } from './plan-write-back.ts';
import { type Acted, findLastChange } from './story.ts';
import * as tagStore from './tag-store.ts';
import { undoOf } from './undo.ts';

export type ActOutcome =
  | Readonly<{ ok: true; incidence: incidenceViewStore.IncidenceView }>
  | Readonly<{ ok: false; reason: 'not-found' }>
  /** Its state is another than the presser saw; `change`: what happened last. */
  | Readonly<{ ok: false; reason: 'stale'; change: Acted | undefined }>
  /** The conversation goes on in another incidence. */
  | Readonly<{ ok: false; reason: 'open-as-another'; id: number }>
  | Readonly<{ ok: false; reason: RefusalReason; by: string | null; byThem: boolean }>;

/** Applies a press or command. The first one wins; later ones are refused with the name of the winner. Refusals are recorded. */
export async function actOnIncidence(
  db: Db,
  request: Readonly<{
    id: number;
    action: Action;
    actor: Person;
    /** The `stateVersion` that the presser saw; undefined for what is typed, and for cards of earlier versions. */
    seen?: number | undefined;
    places: Routing;
    desk: Desk | undefined;
  }>,
  now: Date,
): Promise<ActOutcome> {
  const { id, action, actor } = request;
  return transact(db, async (trx) => {
    const locked = await incidenceStore.lockFor(trx, { id, actor });
    if (!locked) return { ok: false, reason: 'not-found' };
    const { incidence } = locked;
    const by = { actorId: actor.id, actor: locked.name };

    const refused = (reason: string) =>
      incidenceStore.record(
        trx,
        [{ incidenceId: id, ...by, action: 'refused', before: {}, after: { wanted: action.kind, reason } }],
        now,
      );
    const outcome = transition(incidence, action, actor, now);
    if (!outcome.ok) {
      await refused(outcome.reason);
      const winner = outcome.by === null ? null : await incidenceStore.findPersonName(trx, outcome.by);
      return { ok: false, reason: outcome.reason, by: winner ?? null, byThem: outcome.by === actor.id };
    }

    if (request.seen !== undefined && request.seen !== incidence.stateVersion) {
      await refused('stale');
      return { ok: false, reason: 'stale', change: await findLastChange(trx, id) };
    }
    const sibling = action.kind === 'reopen' ? await incidenceStore.findOpenSibling(trx, incidence) : undefined;
    if (sibling !== undefined) {
      await refused('open-as-another');
      return { ok: false, reason: 'open-as-another', id: sibling };
    }

    const updated = await incidenceStore.update(trx, id, outcome.change, now);
    const recorded = recordedColumns(action.kind, isSnoozed(incidence));
    const [before, after] = [valuesOf(incidence, recorded), valuesOf(updated, recorded)];
    const note = 'note' in action ? action.note : undefined;
    const entry = {
      incidenceId: id,
      ...by,
      action: action.kind,
      before,
      after: action.kind === 'assign' ? { ...after, assignedTo: action.to.name } : after,
      note,
      ...(action.kind !== 'note' && { undo: undoOf(incidence, updated, outcome.change) }),
    };
    const isForAnother = action.kind === 'assign' && action.to.id !== actor.id;
    const requests = [
      ...planDeliveries(
        updated,
        { cards: await cardStore.findAllByIncidence(trx, id), places: request.places },
        { notice: isForAnother ? 'assigned' : undefined },
      ),
      // A note is written back by its number in the history.
      ...(action.kind === 'note' ? [] : await writeBack(trx, updated, request, isSnoozed(incidence))),
    ];
    const isMoved = updated.status !== incidence.status;
    const view = await finish(trx, id, [
      incidenceStore.recordStatement([entry], now),
      ...(requests.length > 0 ? [deliveryStore.enqueueStatement(requests, now)] : []),
      ...(isMoved ? [cardStore.resettingMenus([id])] : []),
    ]);
    if (action.kind === 'note')
      await deliveryStore.enqueue(trx, await writeBack(trx, updated, request, isSnoozed(incidence)), now);
    return { ok: true, incidence: view };
  });
}

export type TagRequest = Readonly<{
  id: number;
  mode: 'set' | 'unset';
  tags: readonly string[];
  actor: Person;
  places: Routing;
  desk: Desk | undefined;
}>;

export type TagOutcome =
  /** `isChanged: false`: it was so already; nothing is recorded or edited. */
  (Extract<ActOutcome, { ok: true }> & Readonly<{ isChanged: boolean }>) | Extract<ActOutcome, { ok: false }>;

export async function tagIncidence(db: Db, request: TagRequest, now: Date): Promise<TagOutcome> {
  const { id, actor, mode } = request;
  return transact(db, async (trx) => {
    const incidence = await incidenceStore.lockById(trx, id);
    if (!incidence) return { ok: false, reason: 'not-found' };

    const before = await tagStore.findAllByIncidence(trx, id);
    // In one order, so that two people who tag at once never wait for each other.
    for (const name of request.tags.toSorted()) {
      if (mode === 'unset') await tagStore.unset(trx, id, name);
      else await tagStore.set(trx, id, name, actor.id, now);
    }
    const after = await tagStore.findAllByIncidence(trx, id);
    if (after.length === before.length) return { ok: true, isChanged: false, incidence: await viewOf(trx, id) };
    const updated = await incidenceStore.update(trx, id, { tags: after }, now);
    const name = (await incidenceStore.findPersonName(trx, actor.id)) ?? actor.firstName;
    const entry = {
      incidenceId: id,
      action: 'tag',
      actorId: actor.id,
      actor: name,
      before: { tags: before },
      after: { tags: after },
      undo: { before: { tags: before }, after: { tags: after } },
    };
    await incidenceStore.record(trx, [entry], now);
    await showEverywhere(trx, updated, request.places, now);
    await deliveryStore.enqueue(trx, planWriteBack(updated, 'tag', request.desk, false), now);
    return { ok: true, isChanged: true, incidence: await viewOf(trx, id) };
  });
}

/** What the history keeps of an action. */
function recordedColumns(did: Action['kind'], wasSnoozed: boolean): readonly RecordedColumn[] {
  switch (did) {
    case 'severity':
      return ['severity'];
    case 'snooze':
      return ['snoozedUntil'];
    case 'note':
      return ['status', 'outcome'];
    case 'acknowledge':
    case 'assign':
    case 'release':
    case 'close':
    case 'reopen':
      return wasSnoozed ? ['status', 'outcome', 'snoozedUntil'] : ['status', 'outcome'];
  }
}

async function writeBack(
  trx: Trx,
  incidence: Incidence,
  { action, actor, desk }: Readonly<{ action: Action; actor: Person; desk: Desk | undefined }>,
  wasSnoozed: boolean,
): Promise<DeliveryRequest[]> {
  if (desk === undefined) return [];
  if (action.kind !== 'note') {
    const isWoken = wasSnoozed && !isSnoozed(incidence);
    const did: readonly Did[] = isWoken ? [action.kind, 'wake'] : [action.kind];
    return planWriteBack(incidence, did, desk, await isLinked(trx, action.kind === 'assign' ? action.to.id : actor.id));
  }
  const noteId = await incidenceStore.findLastNoteId(trx, incidence.id);
  return noteId === undefined ? [] : planNote(incidence, { noteId, nonce: randomUUID() }, desk);
}

async function isLinked(trx: Trx, personId: number): Promise<boolean> {
  return (await linkStore.findValid(trx, personId)) !== undefined;
}

async function showEverywhere(trx: Trx, incidence: Incidence, places: Routing, now: Date): Promise<void> {
  const cards = await cardStore.findAllByIncidence(trx, incidence.id);
  await deliveryStore.enqueue(trx, planDeliveries(incidence, { cards, places }), now);
}

/** Many press at once: what an action causes is one round trip, and as one it tells how the incidence is then. */
async function finish(trx: Trx, id: number, causes: readonly Statement[]): Promise<incidenceViewStore.IncidenceView> {
  const [view] = await executeBatch(trx, causes, incidenceViewStore.findByIdStatement(id));
  if (!view) throw new Error(`incidence ${id} vanished inside its own transaction`);
  return view;
}

async function viewOf(trx: Trx, id: number): Promise<incidenceViewStore.IncidenceView> {
  const view = await incidenceViewStore.findById(trx, id);
  if (!view) throw new Error(`incidence ${id} vanished inside its own transaction`);
  return view;
}
