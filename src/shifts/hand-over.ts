import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { type DeliveryRequest, rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as dutyStore from '../duty/duty-store.ts';
import { mentioned } from '../duty/mentioned.ts';
import * as teamStore from '../duty/team-store.ts';
import * as cardStore from '../incidences/card-store.ts';
import type { Incidence } from '../incidences/incidence.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import * as incidenceViewStore from '../incidences/incidence-view-store.ts';
import { planDeliveries } from '../incidences/plan-deliveries.ts';
import { type Desk, planWriteBack } from '../incidences/plan-write-back.ts';
import { undoOf } from '../incidences/undo.ts';
import * as linkStore from '../people/link-store.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import type { Routing } from '../routes/places-for.ts';
import * as handoverStore from './handover-store.ts';

/** What one person may hold and still hand over on one card. */
const mostHandedOver = 200;

/** `place`: where the hand-over card is shown. */
type Leaving = Readonly<{ personId: number; place: ChatPlace; team: teamStore.TeamScope }>;

export type Left = Readonly<{ ok: true; handedOver: number }> | Readonly<{ ok: false }>;

/** Off duty; what they hold goes on a hand-over card. `ok: false`: they were not on duty. */
export async function leaveDuty(db: Db, leaving: Leaving, now: Date): Promise<Left> {
  return transact(db, async (trx) => {
    if (!(await dutyStore.end(trx, leaving.personId, now))) return { ok: false };
    return { ok: true, handedOver: await handOver(trx, leaving, now) };
  });
}

/**
 * Returns how many incidences are on the card; with none there is no card. Those on duty, or else the leads, get it in
 * private as well.
 */
export async function handOver(trx: Trx, { personId, place, team }: Leaving, now: Date): Promise<number> {
  const held = await incidenceViewStore.findAllOpen(trx, { acknowledgedBy: personId }, mostHandedOver);
  if (held.length === 0) return 0;
  const incidenceIds = held.map(({ id }) => id);
  const id = await handoverStore.insert(trx, { personId, incidenceIds, place }, now);
  const takers = mentioned('duty', await teamStore.findAll(trx, team, now)).filter((one) => one.id !== personId);
  await deliveryStore.enqueue(trx, [handoverCard(id, place), ...takers.map((one) => handoverCopy(id, one))], now);
  return held.length;
}

export type TakeOutcome =
  | Readonly<{ ok: true; count: number }>
  | Readonly<{ ok: false; reason: 'not-found' }>
  | Readonly<{ ok: false; reason: 'taken'; by: string | null; byThem: boolean }>;

/**
 * `I have it`: what the leaver still holds becomes the presser's. What somebody else took, released or closed meanwhile
 * stays as it is.
 */
export async function takeHandover(
  db: Db,
  {
    id,
    actor,
    places,
    desk,
  }: Readonly<{
    id: number;
    actor: Readonly<{ id: number; firstName: string }>;
    places: Routing;
    desk: Desk | undefined;
  }>,
  now: Date,
): Promise<TakeOutcome> {
  return transact(db, async (trx) => {
    const handover = await handoverStore.lockById(trx, id);
    if (!handover) return { ok: false, reason: 'not-found' };
    if (handover.takenBy !== null) {
      const by = (await incidenceStore.findPersonName(trx, handover.takenBy)) ?? null;
      return { ok: false, reason: 'taken', by, byThem: handover.takenBy === actor.id };
    }
    const held = new Map<number, Incidence>();
    // In one order, so that two people never wait for each other.
    for (const incidenceId of handover.incidenceIds.toSorted((a, b) => a - b)) {
      const incidence = await incidenceStore.lockById(trx, incidenceId);
      if (incidence?.status === 'acknowledged' && incidence.acknowledgedBy === handover.personId)
        held.set(incidenceId, incidence);
    }
    const change = { acknowledgedBy: actor.id, acknowledgedAt: now };
    const taken = await incidenceStore.updateMany(
      trx,
      [...held.keys()].map((incidenceId) => ({ id: incidenceId, change })),
      now,
    );
    const name = (await incidenceStore.findPersonName(trx, actor.id)) ?? actor.firstName;
    const entries = taken.map((incidence) => ({
      incidenceId: incidence.id,
      actorId: actor.id,
      actor: name,
      action: 'take-over',
      before: { acknowledgedBy: handover.personId },
      after: { acknowledgedBy: actor.id },
      undo: undoOf(held.get(incidence.id) ?? incidence, incidence, change),
    }));
    await incidenceStore.record(trx, entries, now);
    const isLinked = desk !== undefined && (await linkStore.findValid(trx, actor.id)) !== undefined;
    const cards = Map.groupBy(
      await cardStore.findAllByIncidences(
        trx,
        taken.map((incidence) => incidence.id),
      ),
      ({ incidenceId }) => incidenceId,
    );
    const requests = taken.flatMap((incidence) => [
      ...planDeliveries(incidence, { cards: cards.get(incidence.id) ?? [], places }),
      ...planWriteBack(incidence, 'acknowledge', desk, isLinked),
    ]);
    await handoverStore.setTaken(trx, id, actor.id, now);
    await deliveryStore.enqueue(trx, [...requests, handoverCard(id, handover)], now);
    return { ok: true, count: taken.length };
  });
}

function handoverCard(id: number, { chatId }: ChatPlace): DeliveryRequest {
  return {
    lane: laneOf(chatId),
    kind: 'handover_card',
    subject: `handover:${id}`,
    rank: rank.high,
    incidenceId: null,
    payload: { handoverId: id },
  };
}

function handoverCopy(id: number, { telegramId }: teamStore.Teammate): DeliveryRequest {
  return {
    lane: laneOf(telegramId),
    kind: 'handover_copy',
    subject: `handover:${id}`,
    rank: rank.high,
    incidenceId: null,
    payload: { handoverId: id, chatId: telegramId, threadId: null },
  };
}
