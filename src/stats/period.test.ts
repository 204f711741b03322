import { expect, test } from 'vitest';
import { parsePeriod } from './period.ts';

const zone = 'Europe/Berlin';
const read = (text: string, now: string, inZone = zone) => {
  const period = parsePeriod(text, inZone, new Date(now));
  return period && [period.from.toISOString(), period.to.toISOString()];
};

test.each([
  ['today', ['2026-11-25T23:00:00.000Z', '2026-11-26T12:00:00.000Z']],
  ['yesterday', ['2026-11-24T23:00:00.000Z', '2026-11-25T23:00:00.000Z']],
  ['7d', ['2026-11-19T23:00:00.000Z', '2026-11-26T12:00:00.000Z']],
  // Before the clocks went back, midnight was an hour earlier in UTC.
  ['90d', ['2026-08-28T22:00:00.000Z', '2026-11-26T12:00:00.000Z']],
  ['2026-11-01..2026-11-02', ['2026-10-31T23:00:00.000Z', '2026-11-02T23:00:00.000Z']],
  ['2026-11-01..2026-11-01', ['2026-10-31T23:00:00.000Z', '2026-11-01T23:00:00.000Z']],
])('%s at noon UTC', (text, expected) => {
  expect(read(text, '2026-11-26T12:00:00Z')).toEqual(expected);
});

test('days follow the team’s zone around midnight', () => {
  expect(read('today', '2026-11-26T23:30:00Z')?.[0]).toBe('2026-11-26T23:00:00.000Z');
  expect(read('today', '2026-11-26T23:30:00Z', 'UTC')?.[0]).toBe('2026-11-26T00:00:00.000Z');
  expect(read('today', '2026-11-26T20:00:00Z', 'Asia/Kolkata')?.[0]).toBe('2026-11-26T18:30:00.000Z');
});

test('a day on which the clocks change has 23 or 25 hours', () => {
  const hours = (text: string) => {
    const [from = '', to = ''] = read(text, '2026-12-01T12:00:00Z') ?? [];
    return (Date.parse(to) - Date.parse(from)) / 3_600_000;
  };
  expect(hours('2026-03-29..2026-03-29')).toBe(23);
  expect(hours('2026-10-25..2026-10-25')).toBe(25);
  expect(read('yesterday', '2026-10-26T08:00:00Z')).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
});

test.each([
  '',
  'tomorrow',
  '7',
  '8d',
  '2026-11-02..2026-11-01',
  '2026-11-31..2026-12-01',
  '2026-11-01..',
  '1.11.2026..2.11.2026',
])('“%s” is no period', (text) => {
  expect(read(text, '2026-11-26T12:00:00Z')).toBeUndefined();
});
