import { expect, test } from 'vitest';
import { failedList } from './failed.ts';
import { plainText } from './html.ts';
import { en } from '../texts/en.ts';

test('a lost chat without failed deliveries is no failed delivery', () => {
  const lost = [{ lane: 'telegram:-100', lostReason: 'kicked', migratedTo: null }];
  expect(plainText(failedList([], 0, lost, new Date(), en).text)).toBe(
    "✅ No failed deliveries\n\n🆘 I can't send messages to chat -100: kicked",
  );
});
