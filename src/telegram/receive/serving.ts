import type { Update } from 'grammy/types';
import type { Log } from '../../log.ts';
import { waitAtMost } from '../wait.ts';

/** How long a press waits for the same person's earlier updates. */
const pressWaitMs = 100;
/** How long a person's text waits for their earlier updates. */
const textWaitMs = 2_000;

export type Serving = Readonly<{
  /** Resolves with whether it was handled; if not, the process that answers next handles it. */
  begin: (update: Update) => Promise<boolean>;
  /** The ids of the updates that are being handled. */
  unfinished: () => number[];
  /** Resolves when nothing is being handled, at the latest after `ms`. */
  finished: (ms: number) => Promise<void>;
}>;

/** Serves people concurrently, each person's updates in order, but none waits for ever for a slow one. */
export function createServing(deps: {
  /** `begunAt`: when the update arrived here (`performance.now()`). */
  handle: (update: Update, begunAt: number) => Promise<void>;
  log: Log;
}): Serving {
  const unfinished = new Map<number, Readonly<{ person: number; done: Promise<boolean> }>>();

  /** A press is answered within a second, even while the same person's earlier updates are still being handled. */
  async function handle(update: Update, begunAt: number, earlier: readonly Promise<unknown>[]): Promise<boolean> {
    await waitAtMost(update.callback_query ? pressWaitMs : textWaitMs, earlier);
    try {
      await deps.handle(update, begunAt);
      return true;
    } catch (err) {
      deps.log.warn({ err, update: update.update_id }, 'telegram.update_unanswered');
      return false;
    }
  }

  return {
    begin: (update) => {
      const { update_id: id } = update;
      const person = (update.callback_query ?? update.message)?.from?.id ?? 0;
      const earlier = [...unfinished.values()].filter((other) => other.person === person).map(({ done }) => done);
      const done = handle(update, performance.now(), earlier).finally(() => unfinished.delete(id));
      unfinished.set(id, { person, done });
      return done;
    },
    unfinished: () => [...unfinished.keys()],
    finished: (ms) =>
      waitAtMost(
        ms,
        [...unfinished.values()].map(({ done }) => done),
      ),
  };
}
