/** One request's share of the memory for bodies. */
export type BodyShare = Readonly<{
  /** Counts further bytes. False: there is no room for them yet, wait before reading on. */
  add: (bytes: number) => boolean;
  /** Resolves with true once there is room, or with false when there was none for too long. */
  wait: () => Promise<boolean>;
  /** Gives the bytes back. Harmless when repeated. */
  release: () => void;
}>;

export type BodyBudget = Readonly<{
  open: () => BodyShare;
  /** Bytes in memory now. */
  bytes: () => number;
}>;

/**
 * Bounds the bytes of all request bodies in memory, authenticated or not. Counts what arrived rather than what was
 * announced: announcing much and sending nothing takes no room from others. When all the room is taken by halves of
 * bodies, one of them at a time is read to its end all the same: otherwise none would ever make room.
 */
export function createBodyBudget({ maxBytes, waitMs }: { maxBytes: number; waitMs: number }): BodyBudget {
  let used = 0;
  let favoured: object | undefined;
  const waiting = new Map<object, () => void>();

  function letProceed(): void {
    if (used <= maxBytes) {
      for (const proceed of waiting.values()) proceed();
    }
    const [first] = waiting;
    if (favoured || !first) return;
    favoured = first[0];
    first[1]();
  }

  function open(): BodyShare {
    const share = {};
    let own = 0;
    return {
      add: (bytes) => {
        own += bytes;
        used += bytes;
        return used <= maxBytes || favoured === share;
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
        if (favoured === share) favoured = undefined;
        letProceed();
      },
    };
  }

  return { open, bytes: () => used };
}
