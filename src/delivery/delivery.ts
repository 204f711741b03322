import type { Selectable } from 'kysely';
import type { Statement } from '../database/batch.ts';
import type { Db } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';

/** One thing to deliver to an external system. It names what to show, not the text: that is rendered when it is sent. */
export type Delivery = Selectable<Database['deliveries']>;

/** Priority in a lane: lower goes first, the oldest first within a rank. An edit never delays an alert. */
export const rank = { critical: 0, high: 1, medium: 2, low: 3, edit: 4, document: 5 } as const;

/** A delivery to enqueue. While it waits, further requests with the same lane, kind and subject join it. */
export type DeliveryRequest = Readonly<{
  lane: string;
  kind: string;
  subject: string;
  rank: number;
  incidenceId: number | null;
  payload: Readonly<Record<string, unknown>>;
  /** Of the event that causes it; without one, of what runs. */
  traceId?: string | null;
}>;

/** A lane is named `group:id`. The lanes of a group share one external system, so the name of the group stands for all of them. */
export function laneGroup(lane: string): string {
  return lane.split(':', 1)[0] ?? lane;
}

/**
 * A whole statement, of constant text, that writes what an attempt changed outside the engine's tables. It runs in the
 * transaction that records the attempt.
 */
export type AlsoRecord = (db: Db, delivery: Delivery, at: Date) => Statement;

/** The outcome of one attempt, in our own terms. The errors of each external system are translated into these in one place. */
export type Attempt =
  /** `coversNewer`: `alsoRecord` takes care of a request that came during the attempt. Otherwise the delivery is attempted again. */
  | Readonly<{ outcome: 'sent'; messageId: number | null; alsoRecord?: AlsoRecord; coversNewer?: true }>
  /** Outdated or already done: nothing was sent. */
  | Readonly<{ outcome: 'obsolete'; reason: string; alsoRecord?: AlsoRecord }>
  /** The message to edit no longer exists. */
  | Readonly<{ outcome: 'gone'; reason: string; alsoRecord?: AlsoRecord }>
  /** It changed a moment ago and may change again: attempted at `until`, as it is then. Nothing was sent. */
  | Readonly<{ outcome: 'too-early'; until: Date; reason: string }>
  /** The external system asked us to slow down. Does not count as an attempt. */
  | Readonly<{ outcome: 'retry-after'; seconds: number }>
  /** The request was never written: nothing was sent. Counts neither as an attempt nor for the lane's pace. Its group rests for `pauseMs`. */
  | Readonly<{ outcome: 'unreachable'; reason: string; pauseMs?: number }>
  /** The connection broke before the answer was complete: it may have been delivered, and probably was not. */
  | Readonly<{ outcome: 'connection-lost'; reason: string }>
  /** No answer came in time: it may have been delivered. */
  | Readonly<{ outcome: 'timed-out'; reason: string }>
  /** The external system answered that it failed. */
  | Readonly<{ outcome: 'temporary'; reason: string }>
  /** The content was refused, which is our fault. Sent once more as plain text. */
  | Readonly<{ outcome: 'rejected'; reason: string }>
  /** The external system refuses it, and would again: a person must act. */
  | Readonly<{ outcome: 'refused'; reason: string }>
  /** The lane no longer accepts messages from us. */
  | Readonly<{ outcome: 'lane-lost'; reason: string; migratedTo?: number }>
  /** Our own code failed on it. */
  | Readonly<{ outcome: 'broken'; reason: string }>;
