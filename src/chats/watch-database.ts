import type { Db } from '../database/connect.ts';
import { createLoop, type Loop } from '../database/loop.ts';
import { type DatabaseProblem, findWriteProblem } from '../database/usable.ts';
import type { Log } from '../log.ts';

const everyMs = 10_000;

/**
 * Notifies the admins once when the database cannot be written, and once when it can be again. Not by a delivery: that
 * could not be stored. A database that does not answer is left to the log and to `/ready`: it also ends the sender.
 */
export function createDatabaseWatch(deps: {
  db: Db;
  log: Log;
  /** Sends the notice at once; undefined: it can be written again. */
  announce: (problem: DatabaseProblem | undefined) => Promise<void>;
}): Loop {
  let isUnwritable = false;
  return createLoop({
    run: async () => {
      const problem = await findWriteProblem(deps.db);
      if ((problem !== undefined) === isUnwritable) return everyMs;
      isUnwritable = problem !== undefined;
      if (problem) deps.log.error({ problem: problem.detail, hint: problem.fix }, 'database.unwritable');
      else deps.log.info('database.writable');
      await deps.announce(problem);
      return everyMs;
    },
    failed: (err) => deps.log.warn({ err }, 'database.watch_failed'),
    retryInMs: everyMs,
  });
}
