import { expect, test } from 'vitest';
import { dayDue, digestPeriod, nextDue, spansOf } from './digest-time.ts';

const nine = 9 * 60;
const berlin = 'Europe/Berlin';
const at = (text: string) => new Date(text);

test.each([
  ['before its time', nine, '2026-11-27T07:59:59Z', undefined],
  ['at its time', nine, '2026-11-27T08:00:00Z', '2026-11-27'],
  ['late on the day', nine, '2026-11-27T22:59:00Z', '2026-11-27'],
  ['in summer', nine, '2026-07-01T07:00:00Z', '2026-07-01'],
  // On 29 March 2026 the clock jumps from 02:00 to 03:00.
  ['just before the hour that does not exist', 150, '2026-03-29T00:59:00Z', undefined],
  ['after the hour that does not exist', 150, '2026-03-29T01:30:00Z', '2026-03-29'],
  // On 25 October 2026 02:30 comes twice.
  ['the first time that an hour comes twice', 150, '2026-10-25T00:30:00Z', '2026-10-25'],
])('the digest is due %s', (_, minutes, now, day) => {
  expect(dayDue(minutes, berlin, at(now))).toBe(day);
});

test('the next one is due today or tomorrow, at the same local time across a change of clocks', () => {
  expect(nextDue(nine, berlin, at('2026-11-27T07:00:00Z'))).toEqual(at('2026-11-27T08:00:00Z'));
  expect(nextDue(nine, berlin, at('2026-11-27T08:00:00Z'))).toEqual(at('2026-11-28T08:00:00Z'));
  expect(nextDue(nine, berlin, at('2026-03-28T12:00:00Z'))).toEqual(at('2026-03-29T07:00:00Z'));
});

test('Mondays also sum up the week', () => {
  expect(spansOf('2026-11-30')).toEqual(['day', 'week']);
  expect(spansOf('2026-12-01')).toEqual(['day']);
});

test('periods are whole local days, also of 23 or 25 hours', () => {
  expect(digestPeriod('2026-10-26', 'day', berlin)).toEqual({
    from: at('2026-10-24T22:00:00Z'),
    to: at('2026-10-25T23:00:00Z'),
    name: 'Sun 25 Oct',
  });
  expect(digestPeriod('2026-11-30', 'week', berlin)).toEqual({
    from: at('2026-11-22T23:00:00Z'),
    to: at('2026-11-29T23:00:00Z'),
    name: 'Mon 23 Nov – Sun 29 Nov',
  });
});
