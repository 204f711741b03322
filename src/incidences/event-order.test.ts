import { describe, expect, test } from 'vitest';
import { isOfEarlier, isOlder, isOlderThanDesk, isOvertaken, leftSince } from './event-order.ts';

/** Minutes past the hour in which everything happens. */
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 31, 8) + minutes * 60_000);

describe('isOlder', () => {
  test.each([
    ['after what is known', { at: 6, happened: 5, updated: 5, received: 6 }, false],
    ['at the same instant', { at: 5, happened: 5, updated: 5, received: 6 }, false],
    ['before what is known', { at: 4, happened: 5, updated: 5, received: 6 }, true],
    ['before a time that lay ahead', { at: 6, happened: 60, updated: 5, received: 6 }, false],
    ['before a time that lay ahead, by the same clock', { at: 59, happened: 60, updated: 5, received: 6 }, true],
  ])('%s', (_, times, expected) => {
    const current = { happenedAt: at(times.happened), updatedAt: at(times.updated) };
    const when = { receivedAt: at(times.received) };
    expect(isOlder(current, { at: at(times.at) }, when)).toBe(expected);
    expect(isOvertaken({ ...current, message: 'words' }, { at: at(times.at) }, when)).toBe(expected);
    expect(isOvertaken({ ...current, message: null }, { at: at(times.at) }, when)).toBe(false);
    expect(isOlder(current, { at: undefined }, when)).toBe(false);
  });
});

test.each([
  ['received and written before', { received: 1, at: 1 }, true],
  ['received before, written after', { received: 1, at: 6 }, false],
  ['received after, written before', { received: 9, at: 1 }, false],
])('isOfEarlier: %s', (_, times, expected) => {
  const current = { openedAt: at(5), happenedAt: at(5) };
  expect(isOfEarlier(current, { at: at(times.at) }, { receivedAt: at(times.received) })).toBe(expected);
  expect(isOfEarlier(current, { at: undefined }, { receivedAt: at(times.received) })).toBe(false);
});

test.each([
  ['no version is known', null, { version: 1, at: undefined }, false],
  ['an older version', 10, { version: 9, at: undefined }, true],
  ['the same version', 10, { version: 10, at: undefined }, false],
  ['an older time', at(5).getTime() / 1000, { version: undefined, at: at(4) }, true],
  ['neither version nor time', 10, { version: undefined, at: undefined }, false],
])('isOlderThanDesk: %s', (_, deskVersion, event, expected) => {
  expect(isOlderThanDesk({ deskVersion }, event)).toBe(expected);
});

test.each([
  ['never left', null, at(1), null],
  ['wrote before leaving', at(5), at(4), at(5)],
  ['wrote after leaving', at(5), at(6), null],
  ['wrote at an unknown time', at(5), undefined, null],
])('leftSince: %s', (_, visitorLeftAt, wroteAt, expected) => {
  expect(leftSince({ visitorLeftAt }, { at: wroteAt })).toEqual(expected);
});
