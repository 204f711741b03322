import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import * as inboundStore from './inbound-store.ts';

export type ProcessedWatch = Readonly<{
  /**
   * The incidence of a stored event, once it is processed. null: it has none, or it is not known after `timeoutMs`, or so
   * many wait already that one more would only slow all down.
   */
  wait: (eventId: number, timeoutMs: number) => Promise<number | null>;
}>;

const maxWaiting = 16;
/** Once one waited in vain, processing is behind: for so long nobody waits. */
const behindMs = 5_000;

/** Lets the sender of a context learn what became of it. All who wait share one query. */
export function createProcessedWatch(deps: { db: Db; wake: Pick<Wake, 'on'> }): ProcessedWatch {
  const waiting = new Map<number, (incidenceId: number | null) => void>();
  let checking: Promise<void> | undefined;
  let checkAgain = false;
  let behindUntil = -Infinity;

  async function check(): Promise<void> {
    do {
      checkAgain = false;
      // The time-out answers for what cannot be read; the event is stored all the same.
      const done = await inboundStore.findProcessed(deps.db, [...waiting.keys()]).catch(() => []);
      for (const { id, incidenceId } of done) waiting.get(id)?.(incidenceId);
    } while (checkAgain && waiting.size > 0);
    checking = undefined;
  }

  function checkSoon(): void {
    if (waiting.size === 0) return;
    if (checking) checkAgain = true;
    else checking = check();
  }

  deps.wake.on('processed', checkSoon);

  return {
    wait: (eventId, timeoutMs) => {
      if (waiting.size >= maxWaiting || performance.now() < behindUntil) return Promise.resolve(null);
      return new Promise((resolve) => {
        const settle = (incidenceId: number | null) => {
          clearTimeout(timer);
          waiting.delete(eventId);
          resolve(incidenceId);
        };
        const timer = setTimeout(() => {
          behindUntil = performance.now() + behindMs;
          settle(null);
        }, timeoutMs);
        waiting.set(eventId, settle);
        checkSoon();
      });
    },
  };
}
