import type { Db } from '../database/connect.ts';
import type { Log } from '../log.ts';
import * as retentionStore from './retention-store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Every hour: what customers said is kept no longer than the settings say; incidences and their history stay. */
export function createForgetting(deps: { db: Db; log: Log; retentionDays: number; now: () => Date }) {
  let timer: NodeJS.Timeout | undefined;
  let forgetting = Promise.resolve();
  let stopping = new AbortController();

  function forget(): void {
    forgetting = forgetOld(deps.db, deps.retentionDays, deps.now(), stopping.signal)
      .then((deleted) => {
        if (Object.values(deleted).some((count) => count > 0)) deps.log.info(deleted, 'retention.deleted');
      })
      .catch((err: unknown) => deps.log.warn({ err }, 'retention.failed'));
  }

  return {
    start: () => {
      stopping = new AbortController();
      forget();
      timer = setInterval(forget, hourMs);
    },
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await forgetting;
    },
  };
}

export async function forgetOld(
  db: Db,
  retentionDays: number,
  now: Date,
  stop?: AbortSignal,
): Promise<Record<string, number>> {
  const before = new Date(now.getTime() - retentionDays * dayMs);
  return {
    inbound: await retentionStore.deleteInbound(db, before, stop),
    transcripts: await retentionStore.deleteTranscripts(db, before, stop),
    deliveries: await retentionStore.deleteDeliveries(db, before, stop),
    dialogs: await retentionStore.deleteDialogs(db, new Date(now.getTime() - dayMs), stop),
  };
}
