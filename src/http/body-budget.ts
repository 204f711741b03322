/** One request's share of the memory for bodies. */
export type BodyShare = Readonly<{
  /** Counts received bytes. False: there is no room yet, wait before reading on. */
  add: (bytes: number) => boolean;
  /** Resolves with true once there is room, or with false after `waitMs`. */
  wait: () => Promise<boolean>;
  /** Returns the bytes. Safe to repeat. */
  release: () => void;
}>;

export type BodyBudget = Readonly<{
  open: () => BodyShare;
  /** Bytes in memory now. */
  bytes: () => number;
}>;

/**
 * Bounds the bytes of all request bodies in memory, authenticated or not. Counts received bytes, not announced
 * ones, so that announcing much and sending nothing takes no room. When incomplete bodies fill all the room, one at a
 * time is still read to its end; otherwise none would ever free its room.
 */
export function createBodyBudget({ maxBytes, waitMs }: { maxBytes: number; waitMs: number }): BodyBudget {
  let used = 0;
  let favored: object | undefined;
  const waiting = new Map<object, () => void>();

  function letProceed(): void {
    if (waiting.size === 0) return;
    if (used <= maxBytes) {
      for (const proceed of waiting.values()) proceed();
    }
    const [first] = waiting;
    if (favored || !first) return;
    favored = first[0];
    first[1]();
  }

  function open(): BodyShare {
    const share = {};
    let own = 0;
    return {
      add: (bytes) => {
        own += bytes;
        used += bytes;
        return used <= maxBytes || favored === share;
      },
      wait: () =>
        new Promise((resolve) => {
          const settle = (hasRoom: boolean) => {
            clearTimeout(timer);
            waiting.delete(share);
            resolve(hasRoom);
          };
          const timer = setTimeout(() => settle(false), waitMs);
          waiting.set(share, () => settle(true));
          letProceed();
        }),
      release: () => {
        used -= own;
        own = 0;
        if (favored === share) favored = undefined;
        letProceed();
      },
    };
  }

  return { open, bytes: () => used };
}
