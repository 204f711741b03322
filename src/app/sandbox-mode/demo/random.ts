/** Chance that is the same for the same seed. */
export type Chance = Readonly<{
  /** From 0 up to 1. */
  next: () => number;
  /** Whether something happens that happens this often. */
  happens: (often: number) => boolean;
  pick: <Item>(items: readonly Item[]) => Item;
  /** Around `median`; one in ten takes about `spread` times as long. */
  around: (median: number, spread?: number) => number;
}>;

export function createChance(seed: number): Chance {
  let state = seed;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    happens: (often) => next() < often,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    // The sum of three is close enough to normal; of a normal one a tenth lies above 1.28.
    around: (median, spread = 3) => median * spread ** (((next() + next() + next()) * 2 - 3) / 1.28),
  };
}
