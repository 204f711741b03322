import type { RawBuilder, Selectable } from 'kysely';
import type { Database } from '../database/schema.ts';

/** One thing to be said outside, until it is said. It names what to show, not the text: that is rendered when it is sent. */
export type Delivery = Selectable<Database['deliveries']>;

/** What goes first in a lane: lower is sooner, within one rank the oldest. An edit never delays an alert. */
export const rank = { critical: 0, high: 1, medium: 2, low: 3, edit: 4, document: 5 } as const;

/** A delivery to be enqueued. While it waits, another wish with the same lane, kind and subject joins it. */
export type Wish = Readonly<{
  lane: string;
  kind: string;
  subject: string;
  rank: number;
  incidenceId: number | null;
  payload: Readonly<Record<string, unknown>>;
}>;

/** A lane is named `group:id`. The lanes of a group share one outside system, so the name of the group stands for all of them. */
export function laneGroup(lane: string): string {
  return lane.split(':', 1)[0] ?? lane;
}

/** Parts of the `with` that records an attempt: what must be written with it or not at all. They may read `settled (wish)`. */
export type AlsoRecord = (delivery: Delivery, at: Date) => readonly RawBuilder<unknown>[];

/** What came of one attempt to say it, in our words; each outside system's errors are turned into these in one place. */
export type Attempt =
  /** `coversNewer`: what it records also sees to a wish that came meanwhile; else that is said as well. */
  | Readonly<{ outcome: 'sent'; messageId: number | null; alsoRecord?: AlsoRecord; coversNewer?: true }>
  /** No longer true or already so; nothing was asked of the outside. */
  | Readonly<{ outcome: 'obsolete'; reason: string; alsoRecord?: AlsoRecord }>
  /** The message to edit is no more. */
  | Readonly<{ outcome: 'gone'; reason: string; alsoRecord?: AlsoRecord }>
  /** Too fast. Not an attempt. */
  | Readonly<{ outcome: 'retry-after'; seconds: number }>
  /** The request was never written: nothing was sent. Not an attempt, and it costs nothing of the lane's pace. */
  | Readonly<{ outcome: 'unreachable'; reason: string }>
  /** The connection broke before the answer was complete: it may have been delivered, and probably was not. */
  | Readonly<{ outcome: 'connection-lost'; reason: string }>
  /** No answer came in time: it may have been delivered. */
  | Readonly<{ outcome: 'timed-out'; reason: string }>
  /** The outside answered that it failed. */
  | Readonly<{ outcome: 'temporary'; reason: string }>
  /** Our fault: the content is not accepted. Said once more as plain text. */
  | Readonly<{ outcome: 'rejected'; reason: string }>
  /** The chat does not take messages from us any more. */
  | Readonly<{ outcome: 'lane-lost'; reason: string; migratedTo?: number }>
  /** Our own code failed on it. */
  | Readonly<{ outcome: 'broken'; reason: string }>;
