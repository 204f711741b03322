import { expect, test } from 'vitest';
import { parseBusinessHours } from './business-hours.ts';
import { opensAt, opensOn } from './business-time.ts';

function hours(text: string) {
  const parsed = parseBusinessHours(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.hours;
}

test.each([
  ['Mon-Fri 09:00-18:00', '2026-11-26T10:00:00+01:00', undefined],
  ['Mon-Fri 09:00-18:00', '2026-11-26T18:00:00+01:00', '2026-11-27T08:00:00.000Z'],
  ['Mon-Fri 09:00-18:00', '2026-11-27T18:00:00+01:00', '2026-11-30T08:00:00.000Z'],
  ['Mon-Fri 09:00-18:00', '2026-11-26T08:59:00+01:00', '2026-11-26T08:00:00.000Z'],
  // The night in which the clocks go back.
  ['Sun 09:00-12:00', '2026-10-24T22:00:00+02:00', '2026-10-25T08:00:00.000Z'],
  ['always', '2026-11-26T03:00:00+01:00', undefined],
])('%s, asked at %s', (text, now, expected) => {
  expect(opensAt(hours(text), 'Europe/Berlin', new Date(now))?.toISOString()).toBe(expected);
});

const office = 'Mon-Fri 09:00-18:00; Sat 10:00-14:00';

test.each([
  [office, 'tomorrow', '2026-11-26T22:00:00+01:00', '2026-11-27T08:00:00.000Z'],
  [office, 'tomorrow', '2026-11-27T12:00:00+01:00', '2026-11-28T09:00:00.000Z'],
  // Closed on Sunday.
  [office, 'tomorrow', '2026-11-28T12:00:00+01:00', '2026-11-30T08:00:00.000Z'],
  [office, 'monday', '2026-11-29T23:59:00+01:00', '2026-11-30T08:00:00.000Z'],
  [office, 'monday', '2026-11-30T00:01:00+01:00', '2026-12-07T08:00:00.000Z'],
  ['always', 'tomorrow', '2026-11-26T00:30:00+01:00', '2026-11-27T08:00:00.000Z'],
  ['Mon-Sun 00:00-24:00', 'monday', '2026-11-26T12:00:00+01:00', '2026-11-30T08:00:00.000Z'],
  ['Mon-Fri 00:00-24:00', 'tomorrow', '2026-11-24T12:00:00+01:00', '2026-11-25T08:00:00.000Z'],
  // A night that began on Sunday is no opening of Monday.
  ['Sun-Thu 22:00-06:00', 'monday', '2026-11-26T12:00:00+01:00', '2026-11-30T21:00:00.000Z'],
  ['Sun 09:00-12:00', 'tomorrow', '2026-10-24T22:00:00+02:00', '2026-10-25T08:00:00.000Z'],
] as const)('%s, %s, asked at %s', (text, day, now, expected) => {
  expect(opensOn(hours(text), 'Europe/Berlin', day, new Date(now)).toISOString()).toBe(expected);
});
