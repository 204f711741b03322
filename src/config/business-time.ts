import { DateTime } from 'luxon';
import type { BusinessHours } from './business-hours.ts';

const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;

/** When business opens next; undefined while it is open. */
export function opensAt(hours: BusinessHours, zone: string, now: Date): Date | undefined {
  if (hours === 'always') return undefined;
  const at = DateTime.fromJSDate(now, { zone });
  const minute = (at.weekday - 1) * dayMinutes + at.hour * 60 + at.minute;
  if (hours.some(({ from, to }) => from <= minute && minute < to)) return undefined;
  const start = hours.map(({ from }) => (from > minute ? from : from + weekMinutes)).toSorted((a, b) => a - b)[0];
  if (start === undefined) return undefined;
  return atMinute(at.startOf('day'), start);
}

const usualOpening = 9 * 60;

/** When business opens tomorrow or next Monday, or next after that where it stays closed; 09:00 where it is open all that day. */
export function opensOn(hours: BusinessHours, zone: string, day: 'tomorrow' | 'monday', now: Date): Date {
  const today = DateTime.fromJSDate(now, { zone }).startOf('day');
  const start = today.plus({ days: day === 'tomorrow' ? 1 : 8 - today.weekday });
  const midnight = (start.weekday - 1) * dayMinutes;
  const ranges = hours === 'always' ? [] : hours;
  const isOpenAllDay = ranges.some(({ from, to }) => from <= midnight && to >= midnight + dayMinutes);
  if (isOpenAllDay || ranges.length === 0) return atMinute(start, midnight + usualOpening);
  // What is open at the end of the week goes on in the next: that is no opening.
  const openings = ranges
    .map(({ from }) => from)
    .filter((from) => from > 0 || !ranges.some(({ to }) => to === weekMinutes));
  const [next = midnight + usualOpening] = openings
    .map((from) => (from >= midnight ? from : from + weekMinutes))
    .toSorted((a, b) => a - b);
  return atMinute(start, next);
}

/** A minute of the week that `day` is in, or of the next. By the calendar, since a day may have 23 or 25 hours. */
function atMinute(day: DateTime, minute: number): Date {
  const that = day.plus({ days: Math.floor(minute / dayMinutes) - (day.weekday - 1) });
  return that.set({ hour: Math.floor((minute % dayMinutes) / 60), minute: minute % 60 }).toJSDate();
}
