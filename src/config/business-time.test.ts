import { expect, test } from 'vitest';
import { parseBusinessHours } from './business-hours.ts';
import { opensAt } from './business-time.ts';

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
