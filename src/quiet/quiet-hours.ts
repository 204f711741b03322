import { DateTime } from 'luxon';

/** Minutes of the local day. An end before the start is on the next day. */
export type QuietHours = Readonly<{ from: number; to: number }>;

/** A time in which nothing but critical makes a sound. */
export type QuietTime = Readonly<{ since: Date; until: Date }>;

/** What is set for a chat. */
export type QuietRules = Readonly<{ hours: QuietHours | null; mutedUntil: Date | null }>;

/**
 * The quiet time that `now` is in; undefined where it is in none. Hours that begin before a mute ends prolong it, and the
 * other way round. `since` of a mute is now: nobody knows when it was set.
 */
export function quietTimeAt({ hours, mutedUntil }: QuietRules, zone: string, now: Date): QuietTime | undefined {
  const first = hours ? stretchAt(hours, zone, now) : undefined;
  const since = first?.since ?? now;
  let until = new Date(Math.max(first?.until.getTime() ?? 0, mutedUntil?.getTime() ?? 0));
  if (until <= now) return undefined;
  for (let next = hours && stretchAt(hours, zone, until); next; next = hours && stretchAt(hours, zone, until)) {
    until = next.until;
  }
  return { since, until };
}

/**
 * The stretch of a day that holds an instant, its end excluded. A time that the clocks skip is as long after midnight as
 * it would be without that; of one that they repeat the first counts.
 */
function stretchAt({ from, to }: QuietHours, zone: string, at: Date): QuietTime | undefined {
  const today = DateTime.fromJSDate(at, { zone }).startOf('day');
  for (const day of [today.minus({ days: 1 }), today]) {
    const since = localInstant(day, from);
    const until = localInstant(to > from ? day : day.plus({ days: 1 }), to);
    if (since <= at && at < until) return { since, until };
  }
  return undefined;
}

function localInstant(day: DateTime, minute: number): Date {
  return day.set({ hour: Math.floor(minute / 60), minute: minute % 60 }).toJSDate();
}

/** `22:00-08:00`, also with an en dash, spaces, or hours alone (`22-8`); undefined for anything else. */
export function parseQuietHours(text: string): QuietHours | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] =
    /^(\d{1,2})(?:[:.](\d\d))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d\d))?$/.exec(text.trim()) ?? [];
  const from = minuteOf(fromHour, fromMinute);
  const to = minuteOf(toHour, toMinute);
  return from === undefined || to === undefined || from === to ? undefined : { from, to };
}

/** 24:00 is the midnight that ends a day. */
function minuteOf(hour: string | undefined, minute = '00'): number | undefined {
  if (hour === undefined) return undefined;
  const total = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && total <= 24 * 60 ? total % (24 * 60) : undefined;
}

/** As `parseQuietHours` reads it. */
export function quietHoursText({ from, to }: QuietHours): string {
  return `${timeOfDay(from)}-${timeOfDay(to)}`;
}

/** `09:05` of minutes since midnight. */
export function timeOfDay(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** What a check of a chat changes. `isOver`: what came in it is to be told. */
export type QuietStep = Readonly<{ quietSince: Date | null; dueAt: Date | null; isOver: boolean }>;

/** What to record of a chat now; undefined where that is recorded already. */
export function nextQuietStep(
  { quietSince, dueAt }: Readonly<{ quietSince: Date | null; dueAt: Date | null }>,
  rules: QuietRules,
  zone: string,
  now: Date,
): QuietStep | undefined {
  const current = quietTimeAt(rules, zone, now);
  if (quietSince && dueAt) {
    if (dueAt <= now || !current) return { quietSince: null, dueAt: null, isOver: true };
    const isSame = dueAt.getTime() === current.until.getTime();
    return isSame ? undefined : { quietSince, dueAt: current.until, isOver: false };
  }
  return current && { quietSince: current.since, dueAt: current.until, isOver: false };
}
