/** Calls people wait for, lane by lane in the order they came. */
export type Interactions = Readonly<{
  /** Resolves with the call's own outcome once its turn came. */
  add: <T>(lane: string, call: () => Promise<T>) => Promise<T>;
  lanes: () => string[];
  /** Runs the next call of a lane; never rejects. */
  runNext: (lane: string) => Promise<void>;
  open: () => void;
  /** Whatever waits, or comes until it is open again, is refused: later it would say what was true before. */
  close: () => void;
}>;

/** Another process sends now, or none: the call was not made. */
export class NotSending extends Error {
  override name = 'NotSending';
}

type Waiting = Readonly<{ run: () => Promise<void>; reject: (error: Error) => void }>;

export function createInteractions(): Interactions {
  const waiting = new Map<string, Waiting[]>();
  let isOpen = true;
  return {
    add: (lane, call) =>
      new Promise((resolve, reject) => {
        if (!isOpen) return reject(stopped());
        const calls = waiting.get(lane) ?? [];
        waiting.set(lane, calls);
        calls.push({ run: () => call().then(resolve, reject), reject });
      }),
    lanes: () => [...waiting.keys()],
    runNext: async (lane) => {
      const calls = waiting.get(lane) ?? [];
      const next = calls.shift();
      if (calls.length === 0) waiting.delete(lane);
      await next?.run();
    },
    open: () => {
      isOpen = true;
    },
    close: () => {
      isOpen = false;
      const calls = [...waiting.values()].flat();
      waiting.clear();
      for (const { reject } of calls) reject(stopped());
    },
  };
}

function stopped(): NotSending {
  return new NotSending('the sender stopped before the turn of this call came');
}
