import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { inWaves } from './waves.ts';

it('keeps the order of what shares a key', () => {
  const items = ['a1', 'b1', 'a2', 'ab3', 'b4', 'c1'];
  expect(inWaves(items, (item) => item.slice(0, -1).split(''))).toEqual([['a1', 'b1', 'c1'], ['a2'], ['ab3'], ['b4']]);
  expect(inWaves([], () => [])).toEqual([]);
});

it('puts no two items with a common key into one group, and loses none', () => {
  const keys = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd'), { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 20 }), (given) => {
      const items = given.map((own, position) => ({ own, position }));
      const waves = inWaves(items, ({ own }) => own);
      expect(waves.flat().toSorted((a, b) => a.position - b.position)).toEqual(items);
      for (const wave of waves) {
        const all = wave.flatMap(({ own }) => own);
        expect(new Set(all).size).toBe(all.length);
      }
      for (const key of ['a', 'b', 'c', 'd']) {
        const positions = waves.flat().flatMap(({ own, position }) => (own.includes(key) ? [position] : []));
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      }
    }),
  );
});
