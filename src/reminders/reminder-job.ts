import { afterBurst } from '../database/after-burst.ts';
import type { Db } from '../database/connect.ts';
import { createLoop, type Loop } from '../database/loop.ts';
import type { Wake } from '../database/wake.ts';
import * as dueStore from '../incidences/due-store.ts';
import type { Desk } from '../incidences/plan-write-back.ts';
import type { Log } from '../log.ts';
import type { Routing } from '../routes/places-for.ts';
import { remindDue } from './remind-due.ts';

/** A hint that got lost costs this much at most. */
const longestRestMs = 30_000;
/** Others hold what is due. */
const blockedMs = 300;

/**
 * Sleeps until the next incidence is due. What changes may be due earlier: then it runs again, after a policy was
 * changed with every due time anew, since another process may have written one by the policy before.
 */
export function createReminderJob(deps: {
  db: Db;
  wake: Wake;
  log: Log;
  places: { routing: () => Routing };
  adminIds: readonly number[];
  desk: Desk | undefined;
  reminded: (counts: Readonly<{ open: number; answer: number }>) => void;
  now: () => Date;
}): Loop {
  const { db, wake, log, now, adminIds, desk } = deps;
  /** At first what an earlier version opened, which may have no due time: a step that was done is not done again. */
  let areDueTimesOld = true;

  const loop = createLoop({
    run: async (stopping) => {
      if (areDueTimesOld) await dueStore.resetDue(db);
      areDueTimesOld = false;
      let next = await dueStore.findNextDue(db);
      while (next && next <= now() && !stopping.aborted) {
        const done = await remindDue(db, { places: deps.places.routing(), adminIds, desk }, now());
        if (done.taken === 0) return blockedMs;
        deps.reminded(done);
        log.info({ incidences: done.taken }, 'reminders.due');
        wake.signal('deliveries');
        next = await dueStore.findNextDue(db);
      }
      return next ? Math.min(next.getTime() - now().getTime(), longestRestMs) : longestRestMs;
    },
    failed: (err) => log.warn({ err }, 'reminders.failed'),
    retryInMs: 1_000,
  });
  wake.on(
    'deliveries',
    afterBurst(() => loop.tick()),
  );
  wake.on('settings', () => {
    areDueTimesOld = true;
    loop.tick();
  });
  return loop;
}
