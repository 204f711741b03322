import { afterBurst } from '../database/after-burst.ts';
import type { Db } from '../database/connect.ts';
import { createLoop, type Loop } from '../database/loop.ts';
import { pause } from '../database/pause.ts';
import { transact } from '../database/transact.ts';
import type { Wake } from '../database/wake.ts';
import type { Log } from '../log.ts';
import * as indexStore from './index-store.ts';

/** A hint that got lost costs this much at most. */
const longestRestMs = 30_000;
/** In a stream of changes: what it does delays those who make them. */
const longestBurstMs = 10_000;
/** Entries of the history that are followed at once. */
const stride = 500;

/**
 * Follows the history: every change is in it, so that whoever makes one need not know of the search. It rests as long as
 * it works, and never takes more than half of a processor from those who do.
 */
export function createIndexJob({ db, wake, log, now }: { db: Db; wake: Wake; log: Log; now: () => Date }): Loop {
  let done: number | undefined;
  let pending: indexStore.Mark | undefined;

  async function indexAll(ids: readonly number[], stopping: AbortSignal): Promise<void> {
    if (ids.length === 0) return;
    const begun = performance.now();
    await transact(db, async (trx) => {
      await indexStore.lock(trx);
      await indexStore.index(trx, ids, now());
    });
    await pause(performance.now() - begun, stopping);
  }

  const loop = createLoop({
    run: async (stopping) => {
      done ??= await indexStore.findProgress(db);
      const mark = await indexStore.findMark(db);
      // An entry may become visible after one with a greater number; not once every transaction of then has ended.
      if (pending && pending.ended <= mark.begun) {
        if (pending.historyId > done) await indexStore.saveProgress(db, pending.historyId);
        done = Math.max(done, pending.historyId);
        pending = undefined;
      }
      for (let after = done; after < mark.historyId && !stopping.aborted; after += stride) {
        await indexAll(await indexStore.findChanged(db, after, Math.min(after + stride, mark.historyId)), stopping);
      }
      const due = await indexStore.findDue(db, stride);
      await indexAll(due, stopping);
      if (!stopping.aborted) pending ??= mark;
      return due.length < stride ? longestRestMs : 0;
    },
    failed: (err) => log.warn({ err }, 'search.index_failed'),
    retryInMs: longestRestMs,
  });
  wake.on(
    'deliveries',
    afterBurst(() => loop.tick(), longestBurstMs),
  );
  return loop;
}
