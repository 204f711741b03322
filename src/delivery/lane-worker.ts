import type { Db } from '../database/connect.ts';
import { isRefusal } from '../database/refusal.ts';
import { type Log, withoutQuotes } from '../log.ts';
import { traced, traceFields } from '../tracing/trace.ts';
import { type Attempt, type Delivery, rank } from './delivery.ts';
import * as deliveryStore from './delivery-store.ts';
import type { LaneClock } from './lane-clock.ts';
import { type Priority, priorityOf } from './pace.ts';
import { type AttemptRecord, countsAsSent, settle, unrecordable } from './settle.ts';
import type { Turns } from './turns.ts';

/** Renders a delivery from the present state and sends it; translates whatever comes back into an attempt. */
export type Sender = (delivery: Delivery, now: Date) => Promise<Attempt>;

/** What this process knows while it is the sender. A new one at each takeover. */
export type Term = Readonly<{
  session: Db;
  clock: LaneClock;
  turns: Turns;
  /** Lanes that accept no messages from us, or that moved. */
  lost: Set<string>;
  /** Whether we are still the sender, as far as we know. */
  isOver: () => boolean;
}>;

export type WorkerDeps = Readonly<{
  /** Its commits need not wait for the disk (docs/decisions/0013). */
  db: Db;
  log: Log;
  /** By kind of delivery. */
  senders: Readonly<Record<string, Sender>>;
  /** Whether the sender lock is ours at this instant. */
  isSender: () => Promise<boolean>;
  attempted: (done: AttemptRecord) => void;
  now: () => Date;
}>;

/** Works off one lane for as long as its next delivery may go at once and, unless that is critical, nobody waits for a turn. */
export async function serveLane(deps: WorkerDeps, term: Term, first: Delivery): Promise<void> {
  const isNext = ({ lane, rank: urgency }: Delivery) =>
    !term.isOver() &&
    !term.lost.has(lane) &&
    (urgency === rank.critical || !term.turns.lanes().includes(lane)) &&
    term.clock.allowedAt(lane, priorityOf(urgency)) <= deps.now().getTime();
  let { next } = await deliver(deps, term, first);
  while (next && isNext(next)) ({ next } = await deliver(deps, term, next));
}

type Delivered = Readonly<{
  outcome?: Attempt['outcome'];
  /** The next due delivery of the lane. */
  next?: Delivery | undefined;
}>;

/** One attempt, recorded. `priority`: what it counts as for the pace. What follows from it belongs to its trace. */
export function deliver(
  deps: WorkerDeps,
  term: Term,
  delivery: Delivery,
  priority: Priority = priorityOf(delivery.rank),
): Promise<Delivered> {
  return traced(delivery.traceId ?? undefined, () => attemptAndRecord(deps, term, delivery, priority));
}

async function attemptAndRecord(
  deps: WorkerDeps,
  term: Term,
  delivery: Delivery,
  priority: Priority,
): Promise<Delivered> {
  const { lane } = delivery;
  const begun = performance.now();
  const attempt = await attemptTo(deps, delivery);
  // Another process is the sender now. Whether this was sent or not, it takes care of the delivery.
  if (!attempt) return {};
  const at = deps.now();
  const settlement = settle(delivery, attempt, at);
  if (countsAsSent(attempt)) term.clock.noteSent(lane, { at: at.getTime(), priority });
  if (settlement.pause) term.clock.pause(settlement.pause.lane, settlement.pause.until.getTime(), at.getTime());
  if (settlement.backOffUntil) term.clock.backOff(lane, settlement.backOffUntil.getTime());
  if (settlement.lost) term.lost.add(lane);

  const ms = Math.round(performance.now() - begun);
  const { next, done } = await recordUntilDone(deps, term, { delivery, attempt, settlement, at, ms });
  logAttempt(deps.log, done);
  deps.attempted(done);
  return { outcome: done.attempt.outcome, next };
}

/** How long an upgrade may take, from one machine to the next. */
const upgradingForMs = 4 * 3_600_000;
const upgradedWithinMs = 60_000;

async function attemptTo(deps: WorkerDeps, delivery: Delivery): Promise<Attempt | undefined> {
  const { id, kind } = delivery;
  const send = deps.senders[kind];
  if (!send) return withoutSender(delivery, deps.now());
  try {
    return await send(delivery, deps.now());
  } catch (err) {
    if (!(await deps.isSender())) return undefined;
    deps.log.error({ err, id, kind }, 'delivery.broken');
    return { outcome: 'broken', reason: `${err instanceof Error ? err.name : 'error'}: could not be rendered` };
  }
}

/** Perhaps a process of a newer version enqueued it, and soon one is the sender. */
function withoutSender({ kind, createdAt }: Delivery, now: Date): Attempt {
  const reason = `no sender for deliveries of kind ${kind}`;
  if (now.getTime() - createdAt.getTime() > upgradingForMs) return { outcome: 'broken', reason };
  return { outcome: 'too-early', until: new Date(now.getTime() + upgradedWithinMs), reason };
}

/**
 * What was sent must be recorded, or it would be sent again: the lane waits for the database for as long as we are the
 * sender. A record that the database will never accept ends the delivery, where people see it.
 */
async function recordUntilDone(
  { db, log }: WorkerDeps,
  term: Term,
  made: AttemptRecord,
): Promise<{ done: AttemptRecord; next?: Delivery | undefined }> {
  let done = made;
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    try {
      return { done, next: await deliveryStore.record(db, done) };
    } catch (err) {
      log.warn({ err, id: made.delivery.id }, 'delivery.record_failed');
      if (term.isOver()) return { done };
      if (isRefusal(err)) done = unrecordable(done);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

function logAttempt(log: Log, { delivery, attempt, settlement, ms }: AttemptRecord): void {
  const { id, kind, lane, traceId, incidenceId } = delivery;
  const { state, attempts, reason } = settlement;
  const about = { ...traceFields(traceId), incidence: incidenceId ?? undefined };
  const facts = { id, kind, lane, ...about, attempt: attempts, outcome: attempt.outcome, state, ms };
  log.info({ ...facts, reason: reason && withoutQuotes(reason) }, 'delivery.attempted');
}
