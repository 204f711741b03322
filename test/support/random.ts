import { inject } from 'vitest';

/** Whole numbers from 0 to `below` - 1, the same ones for the same SEED. */
export function createRandom(): (below: number) => number {
  let state = inject('seed');
  // mulberry32
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
