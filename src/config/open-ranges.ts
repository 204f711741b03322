import { DateTime } from 'luxon';
import type { BusinessHours } from './business-hours.ts';

/** Milliseconds since 1970, `to` exclusive. */
export type OpenRange = Readonly<{ from: number; to: number }>;

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/** When business is open, from the local day of `from` to that of `to`; in order, and never touching. */
export function openRanges(
  hours: Exclude<BusinessHours, 'always'>,
  zone: string,
  { from, to }: Readonly<{ from: Date; to: Date }>,
): OpenRange[] {
  const ranges: OpenRange[] = [];
  const add = (range: OpenRange) => {
    const last = ranges.at(-1);
    if (last?.to === range.from) ranges[ranges.length - 1] = { from: last.from, to: range.to };
    else ranges.push(range);
  };
  let day = DateTime.fromJSDate(from, { zone }).startOf('day');
  while (day.toMillis() <= to.getTime()) {
    const next = day.plus({ days: 1 }).startOf('day');
    const first = (day.weekday - 1) * dayMinutes;
    if (day.offset === next.offset) {
      for (const range of hours) {
        const [begin, end] = [Math.max(range.from - first, 0), Math.min(range.to - first, dayMinutes)];
        if (begin < end) add({ from: day.toMillis() + begin * minuteMs, to: day.toMillis() + end * minuteMs });
      }
    } else {
      // The clocks change: an hour is missing or comes twice. The clock on the wall decides, minute by minute.
      for (let at = day.toMillis(); at < next.toMillis(); at += minuteMs) {
        const { hour, minute } = DateTime.fromMillis(at, { zone });
        const onWall = first + hour * 60 + minute;
        if (hours.some((range) => range.from <= onWall && onWall < range.to)) add({ from: at, to: at + minuteMs });
      }
    }
    day = next;
  }
  return ranges;
}
