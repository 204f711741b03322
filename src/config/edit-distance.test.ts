import { expect, test } from 'vitest';
import { editDistance } from './edit-distance.ts';

test.each<[string, string, number]>([
  ['', '', 0],
  ['', 'tag', 3],
  ['spam', 'spam', 0],
  ['spm', 'spam', 1],
  ['scam', 'spam', 1],
  ['sapm', 'spam', 1],
  ['kitten', 'sitting', 3],
])('%o and %o are %i apart, in either order', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test('a replaced letter may count more', () => {
  expect(editDistance('scam', 'spam', { replaced: 2 })).toBe(2);
  expect(editDistance('TELEGRAM_TOKEN', 'TELEGRAM_BOT_TOKEN', { replaced: 2 })).toBe(4);
});
