import { DateTime } from 'luxon';
import { isSameSecond, untilReply } from '../../incidences/snooze.ts';
import { instantOf } from '../../sources/attributes.ts';
import type { Severity } from '../../sources/severity.ts';
import type { SourceName } from '../../sources/source-event.ts';
import type { Dates, Locale } from '../locale.ts';

export function severityMark(severity: Severity): string {
  switch (severity) {
    case 'low':
      return '🟢';
    case 'medium':
      return '🟡';
    case 'high':
      return '🟠';
    case 'critical':
      return '🔴';
  }
}

/** How long, in the two units that matter: `40 s`, `2 min`, `3 h 5 min`, `2 d 4 h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(hours, 'h', minutes % 60, 'min');
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `240 kB`, in the units phones show; it does not wrap. */
export function fileSize(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 3);
  const amount = bytes / 1000 ** power;
  return `${amount < 10 && power > 0 ? amount.toFixed(1) : Math.round(amount)}\u00A0${['B', 'kB', 'MB', 'GB'][power]}`;
}

/** An instant in the team's zone: `2025-01-19T18:30:00Z`, elsewhere with the offset. */
export function instant(at: Date, zone: string): string {
  return DateTime.fromJSDate(at, { zone }).startOf('second').toISO({ suppressMilliseconds: true }) ?? at.toISOString();
}

/** A day, `15 May 2026`, however it was written; what is no date stays as it is. */
export function dayIn(text: string, { dateLanguage }: Dates): string {
  const at = instantOf(text);
  return at ? DateTime.fromJSDate(at, { zone: 'utc' }).toFormat('d LLL yyyy', { locale: dateLanguage() }) : text;
}

/** A day of the past in the team's zone: `today`, `Tuesday` within the last week, else `15 May 2026`. */
export function pastDay(at: Date, now: Date, dates: Dates): string {
  const [day, today] = [at, now].map((instant) => localTime(instant, dates).startOf('day'));
  const days = today && day ? today.diff(day, 'days').days : 0;
  if (days < 1) return new Intl.RelativeTimeFormat(dates.dateLanguage(), { numeric: 'auto' }).format(0, 'day');
  return localTime(at, dates).toFormat(days < 7 ? 'cccc' : 'd LLL yyyy');
}

/** `Mon 09:00`; with the date, `Mon 14 Dec 09:00`, where the weekday alone, read at `from`, could be another week's. */
export function weekTime(at: Date, from: Date, dates: Dates): string {
  const isNear = at.getTime() - from.getTime() < 6 * 86_400_000;
  return localTime(at, dates).toFormat(isNear ? 'EEE HH:mm' : 'EEE d LLL HH:mm');
}

/** When a snooze is over. `from`: when that is read. */
export function snoozeEnd(at: Date, from: Date, locale: Pick<Locale, 'texts' | keyof Dates>): string {
  return isSameSecond(at, untilReply) ? locale.texts.card.untilReply : weekTime(at, from, locale);
}

/** The same of an instant as it is stored. */
export function storedSnoozeEnd(at: string, locale: Pick<Locale, 'texts' | keyof Dates>): string {
  return isSameSecond(new Date(at), untilReply) ? locale.texts.card.untilReply : storedWeekTime(at, locale);
}

/** It may be long ago: with its date. */
function storedWeekTime(at: string, dates: Dates): string {
  return localTime(new Date(at), dates).toFormat('EEE d LLL HH:mm');
}

/** `14 Dec 09:00`, of something that was not long ago. */
export function dayAndTime(at: Date, dates: Dates): string {
  return localTime(at, dates).toFormat('d LLL HH:mm');
}

/** An instant on the team's clock, whose days and months have names in the team's language. */
export function localTime(at: Date, { zone, dateLanguage }: Dates): DateTime {
  return DateTime.fromJSDate(at, { zone }).setLocale(dateLanguage());
}

/** As a reader of English expects it; rupees in lakhs and crores, as their own readers do. */
export function money(amount: number, currency: string): string {
  return new Intl.NumberFormat(currency === 'INR' ? 'en-IN' : 'en', {
    style: 'currency',
    currency,
    maximumFractionDigits: Number.isInteger(amount) ? 0 : 2,
  }).format(amount);
}

/** Where agents answer a source's customers. */
export function deskOf(incidence: { source: SourceName }): string {
  return incidence.source === 'tawk' ? 'Tawk' : 'Chatwoot';
}
