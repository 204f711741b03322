import { expect, test } from 'vitest';
import { tagName } from './tag-store.ts';

test.each([
  ['Refund, VIP!', 'refund-vip'],
  [' a  b ', 'a-b'],
  ['\u3164', ''],
  ['\uFFA0\u2800\u200D', ''],
  ['ref\u3164und', 'refund'],
  ['می‌خواهم', 'می‌خواهم'],
  ['रिफंड', 'रिफंड'],
  ['refund\u200D', 'refund'],
  ['\u0301', ''],
  ['🙂', ''],
])('%j is stored as %j', (text, name) => {
  expect(tagName(text)).toBe(name);
});
