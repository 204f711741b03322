import { expect, test } from 'vitest';
import { retryInMs } from './import-job.ts';
import type { RestFailure } from './rest-client.ts';

const minutes = (kind: RestFailure['kind'], failures: number, retryAfterMs?: number) =>
  retryInMs({ kind, detail: '', ...(retryAfterMs !== undefined && { retryAfterMs }) }, failures) / 60_000;

test.each([
  ['unreachable', [1, 2, 4, 8, 10, 10]],
  ['rate-limited', [1, 2, 4, 8, 16, 32, 60, 60]],
  ['refused', [10, 20, 40, 60, 60]],
  ['unexpected', [10, 20, 40, 60, 60]],
] as const)('after each failure in a row: %s', (kind, pauses) => {
  expect(pauses.map((_, index) => minutes(kind, index + 1))).toEqual(pauses);
  expect(minutes(kind, 10_000)).toBe(pauses.at(-1));
});

test('what Tawk.to asks for is kept, within a day', () => {
  expect(minutes('rate-limited', 1, 90 * 60_000)).toBe(90);
  expect(minutes('rate-limited', 3, 1_000)).toBe(4);
  expect(minutes('rate-limited', 1, 1e12)).toBe(24 * 60);
});
