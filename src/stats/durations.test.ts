import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDurations, decodeLists, encodeLists } from './durations.ts';

const seconds = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 90_000_000 }));

test('lists are read as they were written, each in order', () => {
  fc.assert(
    fc.property(fc.array(fc.array(seconds), { maxLength: 6 }), (lists) => {
      const read: number[][] = lists.map(() => []);
      decodeLists(encodeLists(lists), (list, value) => read[list]?.push(value));
      expect(read).toEqual(lists.map((list) => list.toSorted((a, b) => a - b)));
    }),
  );
});

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const exact = (sorted.length - 1) * part;
  const [low = 0, high = 0] = [sorted[Math.floor(exact)], sorted[Math.ceil(exact)]];
  return low + (high - low) * (exact - Math.floor(exact));
}

test.each([1, 2, 9, 25_000])('quantiles of %d durations are exact', (many) => {
  // The same for each run, some of them longer than what is counted by the second.
  const values = Array.from({ length: many }, (_, index) => (index * 7_919) % (index % 10 === 0 ? 400_000 : 5_000));
  const durations = createDurations();
  values.forEach(durations.add);
  expect(durations.count()).toBe(many);
  for (const part of [0, 0.5, 0.9, 0.99, 1]) expect(durations.quantile(part)).toBeCloseTo(quantile(values, part), 6);
});

test('of none there is no quantile', () => {
  expect(createDurations().quantile(0.5)).toBeNull();
});

test('what was cleared is counted no more', () => {
  const durations = createDurations();
  [3, 300, 131_071, 131_072, 90_000_000].forEach(durations.add);
  durations.quantile(0.9);
  durations.clear();
  expect([durations.count(), durations.quantile(0.5)]).toEqual([0, null]);
  [7, 400_000].forEach(durations.add);
  expect([0, 0.5, 1].map(durations.quantile)).toEqual([7, 200_003.5, 400_000]);
});
