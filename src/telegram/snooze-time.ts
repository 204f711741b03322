import type { BusinessHours } from '../config/business-hours.ts';
import { opensOn } from '../config/business-time.ts';
import { clockTimeOf, secondsOf } from './typed-time.ts';

/** What the buttons offer. */
export const snoozes = ['30m', '2h', 'tomorrow', 'monday'] as const;
export type Snooze = (typeof snoozes)[number];

const shortestSeconds = 60;
const longestSeconds = 30 * 86_400;

/** Until when `30m`, `2h`, `18:00`, `tomorrow` or `monday` is; undefined for anything else, and for what is too short or too long. */
export function snoozeUntil(
  text: string,
  { hours, zone }: Readonly<{ hours: BusinessHours; zone: string }>,
  now: Date,
): Date | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'tomorrow' || word === 'monday') return opensOn(hours, zone, word, now);
  const seconds = secondsOf(word);
  if (seconds === undefined) return clockTimeOf(word, zone, now);
  if (seconds < shortestSeconds || seconds > longestSeconds) return undefined;
  return new Date(now.getTime() + seconds * 1000);
}
