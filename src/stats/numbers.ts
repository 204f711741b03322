import type { Period } from './period.ts';

/** What the numbers can be grouped by. `inbox` is Chatwoot's inbox or Tawk's property. */
export const groupings = ['severity', 'source', 'inbox', 'agent', 'tag', 'stage', 'screen'] as const;
export type Grouping = (typeof groupings)[number];

/** Seconds; null where nothing was measured. `n`: how many were. */
export type Clock = Readonly<{ n: number; median: number | null; p90: number | null }>;

/** The same times by the clock on the wall, and without what lies outside BUSINESS_HOURS. */
export type Times = Readonly<{ real: Clock; business: Clock }>;

/**
 * What happened within a period, from the history: what happens later changes none of it. What happened to one incidence
 * several times counts each time.
 */
export type Flow = Readonly<{
  opened: number;
  acknowledged: number;
  closed: number;
  reopened: number;
  /** Chats that ended without an answer of an agent; a later answer changes nothing. */
  missed: number;
  /** Since it was opened, released or reopened. */
  toAcknowledge: Times;
  /** To the first answer of a person to the customer since it was opened or reopened; a bot's is none. */
  toAnswer: Times;
  /** Since it was opened or reopened. */
  toClose: Times;
}>;

const noClock: Clock = { n: 0, median: null, p90: null };
const noTimes: Times = { real: noClock, business: noClock };
export const nothingCounted: Flow = {
  opened: 0,
  acknowledged: 0,
  closed: 0,
  reopened: 0,
  missed: 0,
  toAcknowledge: noTimes,
  toAnswer: noTimes,
  toClose: noTimes,
};

/** How it is now, whatever the period. */
export type Standing = Readonly<{ openNow: number; unacknowledgedNow: number }>;

export type Totals = Flow & Standing;

/** `name` is null where there is none: nobody, no tag, no known screen. */
export type Group = Totals & Readonly<{ name: string | null }>;

/** A part of the period, such as a day, until the next one begins. */
export type Step = Flow & Readonly<{ from: Date }>;

/** Everything that `/stats`, the charts and the dashboard show of one period. */
export type Numbers = Readonly<{
  period: Period;
  totals: Totals;
  before: Readonly<{ from: Date; to: Date; flow: Flow }>;
  grouping: Grouping;
  /** The busiest first; without those that have nothing to count. */
  groups: readonly Group[];
  /** Every part of the period, in order: hours of one day or two, else days. */
  steps: readonly Step[];
  /** Whether business hours differ from real ones. */
  hasBusinessHours: boolean;
}>;
