import type { Wake } from '../database/wake.ts';
import { type ProcessDeps, processNext } from './process-inbound.ts';

export type Processor = Readonly<{ start: () => void; stop: () => Promise<void> }>;

const workers = 2;
const batch = 50;

/** Processes stored events, a few at a time, inside the transaction that took them. */
export function createProcessor(deps: ProcessDeps & Readonly<{ wake: Wake }>): Processor {
  const { wake, log } = deps;
  const sleepers: (() => void)[] = [];
  let stopped = true;
  let hinted = false;
  let running: Promise<void>[] = [];
  let unsubscribe: (() => void) | undefined;

  async function work(): Promise<void> {
    let singly = 0;
    while (!stopped) {
      const max = singly > 0 ? 1 : batch;
      const outcome = await processNext(deps, max).catch((err: unknown) => {
        log.warn({ err }, 'inbound.take_failed');
        return { kind: 'nothing' as const };
      });
      switch (outcome.kind) {
        case 'done':
          singly = Math.max(0, singly - outcome.events);
          if (outcome.hasNews) wake.signal('deliveries');
          if (outcome.isAwaited) wake.signal('processed');
          // As many as there was room for: more wait than one worker takes.
          if (outcome.hasMore || outcome.events === batch) wakeOne();
          // Fewer: all there was. Whatever came since has hinted.
          else if (outcome.events < max) await sleep();
          break;
        case 'rolled-back':
          // One of them throws; alone each fails or succeeds by itself.
          singly = outcome.events;
          break;
        case 'nothing':
          singly = 0;
          await sleep();
          break;
      }
    }
  }

  async function sleep(): Promise<void> {
    if (!stopped && !hinted) await new Promise<void>((resolve) => sleepers.push(resolve));
    hinted = false;
  }

  /** With no worker asleep, the next one that finds nothing checks once more. */
  function wakeOne(): void {
    const wakeUp = sleepers.shift();
    if (wakeUp) wakeUp();
    else hinted = true;
  }

  return {
    start: () => {
      stopped = false;
      unsubscribe = wake.on('inbound', wakeOne);
      running = Array.from({ length: workers }, () => work());
    },
    stop: async () => {
      stopped = true;
      unsubscribe?.();
      while (sleepers.length > 0) wakeOne();
      await Promise.all(running);
    },
  };
}
