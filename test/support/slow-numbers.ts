import { sql } from 'kysely';
import { DateTime } from 'luxon';
import type { BusinessHours } from '../../src/config/business-hours.ts';
import type { Db } from '../../src/database/connect.ts';
import type { StoredHistoryValues } from '../../src/incidences/history.ts';

export type Entry = Readonly<{
  incidenceId: number;
  at: Date;
  action: string;
  actorId: number | null;
  before: StoredHistoryValues;
  after: StoredHistoryValues;
}>;

/** `seconds`: how long it took; `person`: whose number it is. */
export type Happened = Readonly<{
  incidenceId: number;
  kind: 'opened' | 'acknowledged' | 'closed' | 'reopened' | 'missed' | 'answered';
  at: Date;
  person: number | null;
  took?: Readonly<{ real: number; business: number }>;
}>;

/** What happened to one incidence: its whole history is read in order, as a person would. */
export function whatHappened(entries: readonly Entry[], openSeconds: (from: Date, to: Date) => number): Happened[] {
  const happened: Happened[] = [];
  const firstHolder = entries.find((entry) => becomes(entry, 'acknowledged'))?.actorId ?? null;
  let openedAt: Date | undefined;
  let waitsSince: Date | undefined;
  let holder: number | null = null;
  const took = (from: Date | undefined, to: Date) =>
    from ? { took: { real: (to.getTime() - from.getTime()) / 1000, business: openSeconds(from, to) } } : {};
  for (const entry of entries) {
    const { incidenceId, at, actorId } = entry;
    const add = (kind: Happened['kind'], person: number | null, how: Pick<Happened, 'took'> = {}) =>
      happened.push({ incidenceId, kind, at, person, ...how });
    if (becomes(entry, 'open')) {
      waitsSince = at;
      holder = null;
      if (entry.before.status !== 'acknowledged') openedAt = at;
      if (entry.before.status === undefined) add('opened', firstHolder);
      if (entry.before.status === 'closed') add('reopened', actorId);
    }
    if (becomes(entry, 'acknowledged')) {
      holder = actorId;
      add('acknowledged', actorId, took(waitsSince, at));
    }
    if (becomes(entry, 'closed')) {
      holder = null;
      add('closed', actorId, took(openedAt, at));
    }
    if (entry.action === 'missed') add('missed', null);
    const answeredAt = entry.after.firstHumanReplyAt;
    if (answeredAt && !entry.before.firstHumanReplyAt) add('answered', holder, took(openedAt, new Date(answeredAt)));
  }
  return happened;
}

function becomes({ before, after }: Entry, status: string): boolean {
  return after.status === status && before.status !== status;
}

/** Counts whole minutes in which the clock on the wall says that business is open. */
export function minuteCounter(hours: BusinessHours, zone: string, first: Date, days: number) {
  const minuteMs = 60_000;
  const isOpen = Array.from({ length: days * 24 * 60 }, (_, minute) => {
    if (hours === 'always') return true;
    const at = DateTime.fromMillis(first.getTime() + minute * minuteMs, { zone });
    const onWall = ((at.weekday - 1) * 24 + at.hour) * 60 + at.minute;
    return hours.some(({ from, to }) => from <= onWall && onWall < to);
  });
  return (from: Date, to: Date): number => {
    const [start, end] = [from, to].map((at) => (at.getTime() - first.getTime()) / minuteMs);
    return 60 * isOpen.slice(start, end).filter(Boolean).length;
  };
}

/** The value that this part of all is not above, between two of them in proportion. */
export function quantileOf(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? null : low + (high - low) * (place - Math.floor(place));
}

/** Two ways to compute one quantile differ in the last digits. */
export function near(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

/** The same with every number rounded like that. */
export function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) => (typeof inner === 'number' ? near(inner) : inner));
}

/** By incidence, each in order. */
export async function readHistory(db: Db) {
  const { rows } = await sql<Entry>`
    select * from incidence_history order by incidence_id, id`.execute(db);
  return Map.groupBy(rows, ({ incidenceId }) => incidenceId);
}
