import type { Config } from '../config/config.ts';
import { pause } from '../database/pause.ts';
import { transact } from '../database/transact.ts';
import type { Log } from '../log.ts';
import * as hourStore from '../stats/hour-store.ts';
import { createPass } from '../stats/hours-job.ts';
import { withDatabase } from './with-database.ts';

/** `npm run recount`: counts the hours of the statistics anew, also while Bellhop runs. */
export async function runRecount(_args: readonly string[], config: Config, log: Log): Promise<number> {
  return withDatabase(config, log, async (db) => {
    await transact(db, async (trx) => {
      await hourStore.lock(trx);
      await hourStore.forget(trx);
    });
    const { businessHours, timezone: zone } = config;
    const pass = createPass({ db, businessHours, zone, now: () => new Date() }, async () => undefined);
    const { signal } = new AbortController();
    // While transactions of others have not ended.
    while (!(await pass(signal))) await pause(200, signal);
    const hours = await hourStore.countHours(db);
    console.log(`${hours.toLocaleString('en')} hours counted from the history.`);
    return 0;
  });
}
