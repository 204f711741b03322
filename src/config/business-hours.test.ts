import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BusinessRange, parseBusinessHours } from './business-hours.ts';

const MON = 0;
const SAT = 5 * 1440;
const SUN = 6 * 1440;
const WEEK = 7 * 1440;

test.each<[string, 'always' | BusinessRange[]]>([
  ['always', 'always'],
  ['Always', 'always'],
  ['Mon 09:00-18:00', [{ from: MON + 540, to: MON + 1080 }]],
  ['mon 9:00 - 18:00;', [{ from: MON + 540, to: MON + 1080 }]],
  [
    'Sat,Sun 10:00-14:00',
    [
      { from: SAT + 600, to: SAT + 840 },
      { from: SUN + 600, to: SUN + 840 },
    ],
  ],
  [
    'Sun-Mon 10:00-11:00',
    [
      { from: MON + 600, to: MON + 660 },
      { from: SUN + 600, to: SUN + 660 },
    ],
  ],
  [
    'Mon 09:00-12:00, 13:00-17:00',
    [
      { from: 540, to: 720 },
      { from: 780, to: 1020 },
    ],
  ],
  ['Mon 22:00-06:00', [{ from: 1320, to: 1440 + 360 }]],
  [
    'Sun 22:00-06:00',
    [
      { from: 0, to: 360 },
      { from: SUN + 1320, to: WEEK },
    ],
  ],
  ['Mon 09:00-12:00; Mon 11:00-13:00; Mon 13:00-14:00', [{ from: 540, to: 840 }]],
  ['Mon 08:00-20:00; Mon 09:00-10:00', [{ from: 480, to: 1200 }]],
  ['Mon-Sun 00:00-24:00', [{ from: 0, to: WEEK }]],
])('%s', (text, hours) => {
  expect(parseBusinessHours(text)).toEqual({ ok: true, hours });
});

test.each([
  ['09:00-18:00', '“09:00-18:00” must be days, a space and hours, such as Mon-Fri 09:00-18:00'],
  ['Mon-Fri 09:00-18:00 UTC', '“Mon-Fri 09:00-18:00 UTC” must be days, a space and hours, such as Mon-Fri 09:00-18:00'],
  ['Mon-Fry 09:00-18:00', '“Fry” is not a day: use Mon, Tue, Wed, Thu, Fri, Sat, Sun'],
  ['Mon-Wed-Fri 09:00-18:00', '“Mon-Wed-Fri” has more than two days: use Mon-Fri or Mon,Wed,Fri'],
  ['Mon, 09:00-18:00', '“Mon, 09:00-18:00” must be days, a space and hours, such as Mon-Fri 09:00-18:00'],
  ['Mon 9-17', '“9” is not a time from 00:00 to 23:59'],
  ['Mon 09:00', '“09:00” is not a time span: use 09:00-18:00'],
  ['Mon 09:00-25:00', '“25:00” is not a time from 00:00 to 24:00'],
  ['Mon 09:60-10:00', '“09:60” is not a time from 00:00 to 23:59'],
  ['Mon 24:00-10:00', '“24:00” is not a time from 00:00 to 23:59'],
  ['Mon 09:00-09:00', '“09:00-09:00” starts and ends at the same time: use 00:00-24:00 for the whole day'],
  [';', 'contains no hours'],
])('%s is refused', (text, problem) => {
  expect(parseBusinessHours(text)).toEqual({ ok: false, problem });
});

test('ranges are sorted, apart, and cover exactly what was named', () => {
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  const minute = fc.integer({ min: 0, max: 1439 });
  const span = fc
    .record({ day: fc.integer({ min: 0, max: 6 }), from: minute, to: minute })
    .filter((s) => s.from !== s.to);

  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 8 }), (spans) => {
      const outcome = parseBusinessHours(spans.map((s) => `${days[s.day]} ${clock(s.from)}-${clock(s.to)}`).join(';'));
      if (!outcome.ok || outcome.hours === 'always') throw new Error('it was expected to parse into ranges');

      const named = new Set<number>();
      for (const s of spans) {
        const length = (s.to - s.from + 1440) % 1440;
        for (let at = 0; at < length; at++) named.add((s.day * 1440 + s.from + at) % WEEK);
      }
      let end = -1;
      let covered = 0;
      for (const range of outcome.hours) {
        expect(range.from).toBeGreaterThan(end);
        for (let at = range.from; at < range.to; at++) if (!named.has(at)) throw new Error(`${at} was not named`);
        covered += range.to - range.from;
        end = range.to;
      }
      expect(covered).toBe(named.size);
    }),
    { numRuns: 50 },
  );
});

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
