import { DateTime } from 'luxon';
import type { Period } from '../stats/period.ts';

/** Minutes since midnight. */
export type DigestAt = number;

/**
 * The local day, `2026-11-27`, that has its digest at `now` or had it earlier today; undefined before its time. On a day
 * whose clock jumps over that time, the jump is the time. Pure.
 */
export function dayDue(at: DigestAt, zone: string, now: Date): string | undefined {
  const local = DateTime.fromJSDate(now, { zone });
  return local >= timeOn(local, at) ? (local.toISODate() ?? undefined) : undefined;
}

/** When the next digest is due, after `now`. Pure. */
export function nextDue(at: DigestAt, zone: string, now: Date): Date {
  const local = DateTime.fromJSDate(now, { zone });
  const today = timeOn(local, at);
  return (today > local ? today : timeOn(local.plus({ days: 1 }), at)).toJSDate();
}

function timeOn(day: DateTime, at: DigestAt): DateTime {
  return day.startOf('day').set({ hour: Math.floor(at / 60), minute: at % 60 });
}

export const digestSpans = ['day', 'week'] as const;
export type DigestSpan = (typeof digestSpans)[number];

/** What is summed up that day: the day before, and on Mondays also the week before. Pure. */
export function spansOf(day: string): DigestSpan[] {
  return DateTime.fromISO(day).weekday === 1 ? ['day', 'week'] : ['day'];
}

/** The day or the week that ended when this day began; named by its dates, since a digest is also read later. Pure. */
export function digestPeriod(day: string, span: DigestSpan, zone: string, language = 'en'): Period {
  const to = DateTime.fromISO(day, { zone }).startOf('day');
  const from = to.minus(span === 'day' ? { days: 1 } : { weeks: 1 });
  const name = (at: DateTime) => at.toFormat('ccc d LLL', { locale: language });
  const last = to.minus({ days: 1 });
  return {
    from: from.toJSDate(),
    to: to.toJSDate(),
    name: span === 'day' ? name(from) : `${name(from)} – ${name(last)}`,
  };
}
