import { traced } from '../tracing/trace.ts';

export type Loop = Readonly<{
  start: () => void;
  /** Resolves when no run is in flight. */
  stop: () => Promise<void>;
  /** Runs in so many ms at the latest, once more if a run is in flight. */
  tick: (inMs?: number) => void;
}>;

/**
 * Work that repeats in the background, one run at a time, as long as the loop is started. The processor, the dispatcher
 * and the watch on the embedded server do not fit: the first has two workers that share one queue, the second runs for
 * one term as the sender, and the third ends with its first failure instead of trying again.
 */
export function createLoop(options: {
  /** Resolves with the ms until the next run; undefined: not before the next `tick`. */
  run: (stopping: AbortSignal) => Promise<number | undefined>;
  failed: (err: unknown) => void;
  /** The ms until the next run after one that failed. */
  retryInMs: number;
  firstInMs?: number;
}): Loop {
  let stopping = new AbortController();
  stopping.abort();
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;

  function tick(inMs = 0): void {
    const at = performance.now() + inMs;
    if (stopping.signal.aborted || at >= dueAt) return;
    dueAt = at;
    if (!running) schedule();
  }

  function schedule(): void {
    clearTimeout(timer);
    if (!stopping.signal.aborted && dueAt < Number.POSITIVE_INFINITY)
      timer = setTimeout(begin, Math.max(dueAt - performance.now(), 0));
  }

  function begin(): void {
    dueAt = Number.POSITIVE_INFINITY;
    // Whoever caused the tick, a run is nobody's in particular.
    running = traced(undefined, runOnce).then((nextInMs) => {
      running = undefined;
      if (nextInMs !== undefined) tick(nextInMs);
      schedule();
    });
  }

  async function runOnce(): Promise<number | undefined> {
    try {
      return await options.run(stopping.signal);
    } catch (err) {
      options.failed(err);
      return options.retryInMs;
    }
  }

  return {
    start: () => {
      stopping = new AbortController();
      dueAt = Number.POSITIVE_INFINITY;
      tick(options.firstInMs);
    },
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
    tick,
  };
}
