import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import {
  nextQuietStep,
  parseQuietHours,
  type QuietHours,
  quietHoursText,
  type QuietRules,
  quietTimeAt,
} from './quiet-hours.ts';

const zone = 'Europe/Berlin';
const at = (text: string) => DateTime.fromISO(text, { zone }).toJSDate();
const hoursOf = (text: string): QuietRules => ({ hours: parseQuietHours(text) ?? null, mutedUntil: null });
const shown = (date: Date | undefined) => date && DateTime.fromJSDate(date, { zone }).toFormat("yyyy-MM-dd'T'HH:mm ZZ");
const time = (rules: QuietRules, now: string) => {
  const found = quietTimeAt(rules, zone, at(now));
  return found && [shown(found.since), shown(found.until)];
};

test('reads hours as people type them', () => {
  const read = (text: string) => {
    const hours = parseQuietHours(text);
    return hours && quietHoursText(hours);
  };
  expect(read('22:00-08:00')).toBe('22:00-08:00');
  expect(read('22 – 8')).toBe('22:00-08:00');
  expect(read('13.30-14.15')).toBe('13:30-14:15');
  expect(read('18:00-24:00')).toBe('18:00-00:00');
  for (const text of [
    '',
    'off',
    '22:00',
    '22:00-22:00',
    '25:00-08:00',
    '22:60-08:00',
    '24:30-08:00',
    '0:00-24:00',
    '22-8-9',
  ])
    expect(read(text), text).toBeUndefined();
});

test('hours may cross midnight; the minute of their end is not quiet', () => {
  const night = hoursOf('22:00-08:00');
  expect(time(night, '2026-11-26T21:59')).toBeUndefined();
  expect(time(night, '2026-11-26T22:00')).toEqual(['2026-11-26T22:00 +01:00', '2026-11-27T08:00 +01:00']);
  expect(time(night, '2026-11-27T07:59')).toEqual(['2026-11-26T22:00 +01:00', '2026-11-27T08:00 +01:00']);
  expect(time(night, '2026-11-27T08:00')).toBeUndefined();
  const noon = hoursOf('12:00-13:00');
  expect(time(noon, '2026-11-26T12:30')).toEqual(['2026-11-26T12:00 +01:00', '2026-11-26T13:00 +01:00']);
});

test('a night on which the clocks change is an hour shorter or longer', () => {
  const night = hoursOf('22:00-08:00');
  const lasts = (now: string) => {
    const found = quietTimeAt(night, zone, at(now));
    return found && (found.until.getTime() - found.since.getTime()) / 3_600_000;
  };
  expect(lasts('2026-03-29T01:00')).toBe(9);
  expect(lasts('2026-10-25T01:00')).toBe(11);
  expect(time(hoursOf('01:00-02:30'), '2026-03-29T01:30')).toEqual([
    '2026-03-29T01:00 +01:00',
    '2026-03-29T03:30 +02:00',
  ]);
});

test('a mute and hours that meet are one time', () => {
  const rules = { ...hoursOf('22:00-08:00'), mutedUntil: at('2026-11-26T23:00') };
  expect(time(rules, '2026-11-26T21:00')?.[1]).toBe('2026-11-27T08:00 +01:00');
  expect(time({ ...rules, mutedUntil: at('2026-11-27T09:00') }, '2026-11-27T07:00')).toEqual([
    '2026-11-26T22:00 +01:00',
    '2026-11-27T09:00 +01:00',
  ]);
  expect(time({ hours: null, mutedUntil: at('2026-11-26T21:00') }, '2026-11-26T21:00')).toBeUndefined();
});

const minute = fc.nat({ max: 24 * 60 - 1 });
const hours: fc.Arbitrary<QuietHours> = fc.record({ from: minute, to: minute }).filter(({ from, to }) => from !== to);
/** Around the days on which clocks change, in zones that do it at different hours. */
const zones = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
);
const instants = fc
  .tuple(
    fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01', '2026-06-15'),
    fc.integer({ min: -36 * 60, max: 36 * 60 }),
  )
  .map(([day, minutes]) => new Date(Date.parse(day) + minutes * 60_000));

test('a quiet time holds its instant, is the same from anywhere in it, and is over at its end', () => {
  fc.assert(
    fc.property(hours, zones, instants, fc.double({ min: 0, max: 0.999, noNaN: true }), (set, where, now, part) => {
      const rules = { hours: set, mutedUntil: null };
      const found = quietTimeAt(rules, where, now);
      if (!found) return;
      expect(found.since <= now && now < found.until).toBe(true);
      const span = found.until.getTime() - now.getTime();
      const later = new Date(now.getTime() + Math.floor(span * part));
      expect(quietTimeAt(rules, where, later)?.until).toEqual(found.until);
      expect(quietTimeAt(rules, where, found.until)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});

test('by the local clock it is quiet within the hours and not outside, on days whose clocks do not change', () => {
  fc.assert(
    fc.property(hours, minute, ({ from, to }, now) => {
      const local = DateTime.fromISO('2026-06-15', { zone }).plus({ minutes: now }).toJSDate();
      const isWithin = from < to ? from <= now && now < to : now >= from || now < to;
      expect(quietTimeAt({ hours: { from, to }, mutedUntil: null }, zone, local) !== undefined).toBe(isWithin);
    }),
  );
});

test('each quiet time is recorded once and ends once, however seldom somebody looks', () => {
  fc.assert(
    fc.property(
      hours,
      zones,
      instants,
      fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 30 }),
      (set, where, start, steps) => {
        const rules = { hours: set, mutedUntil: null };
        let recorded: { quietSince: Date | null; dueAt: Date | null } = { quietSince: null, dueAt: null };
        let now = start;
        const ended: number[] = [];
        for (const minutes of steps) {
          now = new Date(now.getTime() + minutes * 60_000);
          const running = recorded;
          const step = nextQuietStep(recorded, rules, where, now);
          if (!step) continue;
          if (step.isOver) {
            expect(running.dueAt && running.dueAt <= now).toBe(true);
            ended.push(running.dueAt?.getTime() ?? 0);
          }
          recorded = { quietSince: step.quietSince, dueAt: step.dueAt };
          const again = nextQuietStep(recorded, rules, where, now);
          expect(again === undefined || (step.isOver && !again.isOver)).toBe(true);
        }
        expect(new Set(ended).size).toBe(ended.length);
      },
    ),
  );
});
