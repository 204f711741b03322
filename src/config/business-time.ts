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
  // By the calendar, since a day may have 23 or 25 hours.
  const day = at.startOf('day').plus({ days: Math.floor(start / dayMinutes) - (at.weekday - 1) });
  return day.set({ hour: Math.floor((start % dayMinutes) / 60), minute: start % 60 }).toJSDate();
}
