import { expect, test } from 'vitest';
import { counted } from './words.ts';

test('one is one, and no other count is', () => {
  expect([0, 1, 2].map((count) => counted(count, 'message'))).toEqual(['0 messages', '1 message', '2 messages']);
});
