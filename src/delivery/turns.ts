import type { Term } from './lane-worker.ts';

/** Callers waiting to send ahead of the queued deliveries, first come first served in each lane. */
export type Turns = Readonly<{
  /** Resolves when the turn came, with what ends it. */
  wait: (lane: string) => Promise<() => void>;
  lanes: () => string[];
  /** Gives the next in a lane its turn; resolves when that is over. */
  grantNext: (lane: string) => Promise<void>;
  /** Rejects current and future callers: their messages would be outdated. */
  close: () => void;
}>;

/** Waits for a turn in a lane of this process's present term; `end` ends it. Rejects while another process sends. */
export type TakeTurn = (lane: string) => Promise<Readonly<{ term: Term; end: () => void }>>;

/** Another process is the sender, or none is; nothing was sent. */
export class NotSending extends Error {
  override name = 'NotSending';
  override message = 'the sender stopped before the turn of this call came';
}

export function createTurns(): Turns {
  const waiting = new Map<string, PromiseWithResolvers<() => void>[]>();
  let isOpen = true;
  return {
    wait: (lane) => {
      const turn = Promise.withResolvers<() => void>();
      if (isOpen) waiting.set(lane, [...(waiting.get(lane) ?? []), turn]);
      else turn.reject(new NotSending());
      return turn.promise;
    },
    lanes: () => [...waiting.keys()],
    grantNext: (lane) => {
      const [next, ...others] = waiting.get(lane) ?? [];
      if (others.length > 0) waiting.set(lane, others);
      else waiting.delete(lane);
      return new Promise((resolve) => next?.resolve(resolve));
    },
    close: () => {
      isOpen = false;
      for (const turn of [...waiting.values()].flat()) turn.reject(new NotSending());
      waiting.clear();
    },
  };
}
