/**
 * Splits a batch into groups that are applied one after the other, each at once: two items that share a key are never in
 * one group, and stay in their order.
 */
export function inWaves<Item>(items: readonly Item[], keysOf: (item: Item) => readonly string[]): Item[][] {
  const waves: Item[][] = [];
  const latest = new Map<string, number>();
  for (const item of items) {
    const keys = keysOf(item);
    const wave = 1 + Math.max(-1, ...keys.map((key) => latest.get(key) ?? -1));
    for (const key of keys) latest.set(key, wave);
    (waves[wave] ??= []).push(item);
  }
  return waves;
}
