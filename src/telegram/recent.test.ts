import { expect, test } from 'vitest';
import { createRecent } from './recent.ts';

test('of ten thousand strangers, ten a second, only those of the last minute are kept', () => {
  const recent = createRecent(60_000);
  for (let stranger = 0; stranger < 10_000; stranger += 1) recent.note(`-1:${stranger}`, new Date(stranger * 100));
  expect(recent.size()).toBe(600);
  expect(recent.has('-1:9999', new Date(1_000_000))).toBe(true);
  expect(recent.has('-1:0', new Date(1_000_000))).toBe(false);
});

test('a key counts from when it was last noted, until it is deleted', () => {
  const recent = createRecent(1_000);
  recent.note('a', new Date(0));
  recent.note('b', new Date(100));
  recent.note('a', new Date(900));
  expect(recent.has('a', new Date(1_899))).toBe(true);
  expect(recent.has('a', new Date(1_900))).toBe(false);
  expect(recent.has('b', new Date(1_100))).toBe(false);
  recent.delete('a');
  expect(recent.has('a', new Date(900))).toBe(false);
});
