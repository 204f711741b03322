import { expect, test } from 'vitest';
import { money } from './words.ts';

test.each([
  ['INR', 1_234_567, '₹12,34,567'],
  ['EUR', 1_234_567, '€1,234,567'],
  ['USD', 25_000.5, '$25,000.50'],
  ['JPY', 25_000, '¥25,000'],
])('money in %s', (currency, amount, text) => {
  expect(money(amount, currency)).toBe(text);
});
