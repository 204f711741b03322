import { type Attempt, type Delivery, laneGroup } from './delivery.ts';

export type Settlement = Readonly<{
  /** The delivery's new state; `dueAt`, `attempts` and `plain` matter while it waits. */
  state: 'sent' | 'obsolete' | 'dead' | 'waiting';
  attempts: number;
  plain: boolean;
  dueAt: Date;
  reason: string | null;
  /** How long nothing may be sent: in this lane, or in a whole group of lanes. */
  pause?: Readonly<{ lane: string; until: Date }>;
  /** Its lane waits until then, or until the external system is known to answer again. Not stored: the next sender retries at once. */
  backOffUntil?: Date;
  lost?: Readonly<{ reason: string; migratedTo: number | null }>;
}>;

/** Whether an attempt may count against what the external system allows in a minute: it reached that system, or may have. */
export function countsAsSent({ outcome }: Pick<Attempt, 'outcome'>): boolean {
  return !notSent.some((one) => one === outcome);
}

/** Outcomes that the external system never saw, or saw only as a broken connection. */
export const notSent = [
  'obsolete',
  'too-early',
  'broken',
  'unreachable',
  'connection-lost',
] as const satisfies Attempt['outcome'][];

/** One attempt and what follows from it; `at`: when it ended, `ms`: how long it took. */
export type AttemptRecord = Readonly<{
  delivery: Delivery;
  attempt: Attempt;
  settlement: Settlement;
  at: Date;
  ms: number;
}>;

/** Enough for four hours of a failing server; then a person must act. */
export const maxAttempts = 50;
const maxBroken = 3;
/** Each of these attempts may have been delivered. With the pauses between them, about forty minutes. */
const maxUnknown = 15;
const maxBackoffMs = 5 * 60_000;

/** What follows from one attempt for its delivery and its lane. */
export function settle(delivery: Delivery, attempt: Attempt, now: Date): Settlement {
  const later = (ms: number) => new Date(now.getTime() + ms);
  const stays = { attempts: delivery.attempts, plain: delivery.plain, dueAt: now, reason: delivery.reason };
  const waitsOn = { ...stays, state: 'waiting', dueAt: delivery.dueAt } as const;
  switch (attempt.outcome) {
    case 'sent':
      return { ...stays, state: 'sent', attempts: delivery.attempts + 1, reason: null };
    case 'obsolete':
    case 'gone':
      return { ...stays, state: 'obsolete', reason: attempt.reason };
    case 'too-early':
      return { ...waitsOn, dueAt: attempt.until, reason: attempt.reason };
    case 'retry-after':
      return { ...waitsOn, pause: { lane: delivery.lane, until: later(attempt.seconds * 1000) } };
    case 'unreachable':
      return {
        ...waitsOn,
        reason: attempt.reason,
        pause: { lane: laneGroup(delivery.lane), until: later(attempt.pauseMs ?? unreachablePauseMs) },
      };
    case 'connection-lost':
    case 'timed-out': {
      const { dueAt, ...retried } = again(delivery, attempt.reason, maxUnknown, now);
      // The whole lane waits: the next message would probably fail the same way and might be delivered twice.
      return { ...retried, dueAt: now, ...(retried.state === 'waiting' ? { backOffUntil: dueAt } : {}) };
    }
    case 'temporary':
      return again(delivery, attempt.reason, maxAttempts, now);
    case 'broken':
      return again(delivery, attempt.reason, maxBroken, now);
    case 'rejected':
      if (delivery.plain) return { ...stays, state: 'dead', attempts: delivery.attempts + 1, reason: attempt.reason };
      return { ...stays, state: 'waiting', attempts: delivery.attempts + 1, plain: true, reason: attempt.reason };
    case 'refused':
      return { ...stays, state: 'dead', attempts: delivery.attempts + 1, reason: attempt.reason };
    case 'lane-lost': {
      const { reason, migratedTo = null } = attempt;
      return { ...stays, state: 'waiting', reason, lost: { reason, migratedTo } };
    }
  }
}

const unreachablePauseMs = 1_000;

function again(delivery: Delivery, reason: string, limit: number, now: Date): Settlement {
  const attempts = delivery.attempts + 1;
  const waitMs = Math.min(1_000 * 2 ** (attempts - 1), maxBackoffMs);
  const dueAt = new Date(now.getTime() + waitMs);
  return { state: attempts >= limit ? 'dead' : 'waiting', attempts, plain: delivery.plain, dueAt, reason };
}

/** The record to write once the database refused its content, which retrying does not change. */
export function unrecordable(refused: AttemptRecord): AttemptRecord {
  const reason = 'the database refused to record the attempt';
  const settlement: Settlement = { ...refused.settlement, state: 'dead', reason };
  return { ...refused, attempt: { outcome: 'broken', reason }, settlement };
}
