import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { parseBusinessHours } from './business-hours.ts';
import { openRanges } from './open-ranges.ts';

function hours(text: string) {
  const parsed = parseBusinessHours(text);
  if (!parsed.ok || parsed.hours === 'always') throw new Error(text);
  return parsed.hours;
}

const minuteMs = 60_000;

test('a minute is open exactly when the clock on the wall says so, also when the clocks change', () => {
  const texts = ['Mon-Fri 09:00-18:00', 'Sat-Sun 22:00-02:30', 'Mon-Sun 00:00-24:00', 'Sun 01:30-03:15, 12:00-13:00'];
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];
  const days = ['2026-03-28', '2026-10-24', '2026-04-04', '2026-10-03', '2026-03-07', '2026-10-31', '2026-06-10'];
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.constantFrom(...zones), fc.constantFrom(...days), (text, zone, day) => {
      const from = DateTime.fromISO(day, { zone });
      const to = from.plus({ days: 2, hours: 12 });
      const ranges = openRanges(hours(text), zone, { from: from.toJSDate(), to: to.toJSDate() });
      for (let at = from.toMillis(); at < to.toMillis(); at += 15 * minuteMs) {
        const { weekday, hour, minute } = DateTime.fromMillis(at, { zone });
        const onWall = ((weekday - 1) * 24 + hour) * 60 + minute;
        const isOpen = hours(text).some((range) => range.from <= onWall && onWall < range.to);
        expect(ranges.some((range) => range.from <= at && at < range.to)).toBe(isOpen);
      }
    }),
  );
});

test('hours that touch are one range', () => {
  const day = new Date('2026-11-23T00:00:00Z');
  expect(openRanges(hours('Mon-Wed 00:00-24:00'), 'UTC', { from: day, to: new Date('2026-11-27T00:00:00Z') })).toEqual([
    { from: day.getTime(), to: Date.parse('2026-11-26T00:00:00Z') },
  ]);
});
