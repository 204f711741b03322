import { expect, test } from 'vitest';
import { failedList } from './failed.ts';
import { plainText } from './html.ts';
import { en } from '../texts/en.ts';

test('one is one, and no other count is', () => {
  expect([0, 1, 2].map((count) => en.counted(count, 'message'))).toEqual(['0 messages', '1 message', '2 messages']);
});

test('a lost chat without failed deliveries is no failed delivery', () => {
  const lost = [{ lane: 'telegram:-100', lostReason: 'kicked', migratedTo: null }];
  expect(plainText(failedList([], 0, lost, new Date(), en).text)).toBe(
    "✅ No failed deliveries\n\n🆘 I can't post in chat -100: kicked",
  );
});
