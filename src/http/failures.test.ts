import { expect, test } from 'vitest';
import { createFailures } from './failures.ts';

const minute = 60_000;

function startAt(ms: number) {
  const clock = { ms };
  return { clock, failures: createFailures(3, () => clock.ms) };
}

test('beyond the limit an address waits for the rest of its minute, and others do not', () => {
  const { clock, failures } = startAt(1_000);
  expect([1, 2, 3].map(() => failures.note('a'))).toEqual([undefined, undefined, undefined]);
  expect(failures.refuseUnread(() => 'a')).toBeUndefined();
  clock.ms += 20_000;
  expect(failures.note('a')).toBe(40);
  expect(failures.refuseUnread(() => 'a')).toBe(40);
  expect(failures.refuseUnread(() => 'b')).toBeUndefined();
  clock.ms += 40_000;
  expect(failures.refuseUnread(() => 'a')).toBeUndefined();
  expect(failures.note('a')).toBeUndefined();
});

test('an address that was authenticated within a day is read all the same', () => {
  const { clock, failures } = startAt(0);
  failures.trust('a');
  clock.ms += 23 * 60 * minute;
  for (let count = 0; count < 5; count += 1) failures.note('a');
  expect(failures.refuseUnread(() => 'a')).toBeUndefined();
  clock.ms += 60 * minute + 1;
  for (let count = 0; count < 5; count += 1) failures.note('a');
  expect(failures.refuseUnread(() => 'a')).toBe(60);
});

test('while nobody is slowed, no address is worked out', () => {
  const { failures } = startAt(0);
  failures.note('a');
  expect(
    failures.refuseUnread(() => {
      throw new Error('asked');
    }),
  ).toBeUndefined();
});

test('many addresses push out the oldest, never the one that goes on', () => {
  const { failures } = startAt(0);
  for (let count = 0; count < 4; count += 1) failures.note('first');
  for (let index = 0; index < 9_999; index += 1) failures.note(`other-${index}`);
  failures.note('first');
  for (let index = 0; index < 9_999; index += 1) failures.note(`more-${index}`);
  expect(failures.refuseUnread(() => 'first')).toBe(60);
  failures.note('one-more');
  expect(failures.refuseUnread(() => 'first')).toBeUndefined();
});
