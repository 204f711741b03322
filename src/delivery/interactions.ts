/** Calls people wait for, lane by lane in the order they came. */
export type Interactions = Readonly<{
  /** Resolves with the call's own outcome once its turn came. */
  add: <T>(lane: string, call: () => Promise<T>) => Promise<T>;
  lanes: () => string[];
  /** Runs the next call of a lane; never rejects. */
  runNext: (lane: string) => Promise<void>;
}>;

export function createInteractions(): Interactions {
  const waiting = new Map<string, (() => Promise<void>)[]>();
  return {
    add: (lane, call) =>
      new Promise((resolve, reject) => {
        const calls = waiting.get(lane) ?? [];
        waiting.set(lane, calls);
        calls.push(() => call().then(resolve, reject));
      }),
    lanes: () => [...waiting.keys()],
    runNext: async (lane) => {
      const calls = waiting.get(lane) ?? [];
      const next = calls.shift();
      if (calls.length === 0) waiting.delete(lane);
      await next?.();
    },
  };
}
