import { expect, test } from 'vitest';
import { fileSize, money } from './words.ts';

test.each([
  ['INR', 1_234_567, '₹12,34,567'],
  ['EUR', 1_234_567, '€1,234,567'],
  ['USD', 25_000.5, '$25,000.50'],
  ['JPY', 25_000, '¥25,000'],
])('money in %s', (currency, amount, text) => {
  expect(money(amount, currency)).toBe(text);
});

test.each([
  [0, '0\u00A0B'],
  [999, '999\u00A0B'],
  [2_400, '2.4\u00A0kB'],
  [83_000, '83\u00A0kB'],
  [2_413_000, '2.4\u00A0MB'],
  [9e15, '9000000\u00A0GB'],
])('%i bytes', (bytes, text) => {
  expect(fileSize(bytes)).toBe(text);
});
