/** Remembers keys for a while: however many strangers come, only those of the last `forMs` are kept. */
export type Recent = Readonly<{
  note: (key: string, now: Date) => void;
  has: (key: string, now: Date) => boolean;
  delete: (key: string) => void;
  size: () => number;
}>;

export function createRecent(forMs: number): Recent {
  const notedAt = new Map<string, number>();
  return {
    note: (key, now) => {
      // Deleted first, so that the oldest keys stay at the front.
      notedAt.delete(key);
      notedAt.set(key, now.getTime());
      for (const [oldest, at] of notedAt) {
        if (now.getTime() - at < forMs) break;
        notedAt.delete(oldest);
      }
    },
    has: (key, now) => now.getTime() - (notedAt.get(key) ?? Number.NEGATIVE_INFINITY) < forMs,
    delete: (key) => void notedAt.delete(key),
    size: () => notedAt.size,
  };
}
