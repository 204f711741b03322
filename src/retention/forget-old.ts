import type { Db } from '../database/connect.ts';
import type { Log } from '../log.ts';
import * as retentionStore from './retention-store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Every hour: customers' data is kept no longer than the settings say; the incidences' numbers and states stay. */
export function createForgetting(deps: { db: Db; log: Log; retentionDays: number; now: () => Date }) {
  let timer: NodeJS.Timeout | undefined;
  let forgetting = Promise.resolve();
  let stopping = new AbortController();

  /** The next run is set when this one has ended, so that a long one never overlaps it. */
  function forget(): void {
    const { signal } = stopping;
    forgetting = forgetOld(deps.db, deps.retentionDays, deps.now(), signal)
      .then((deleted) => {
        if (Object.values(deleted).some((count) => count > 0)) deps.log.info(deleted, 'retention.deleted');
      })
      .catch((err: unknown) => deps.log.warn({ err }, 'retention.failed'))
      .then(() => {
        if (!signal.aborted) timer = setTimeout(forget, hourMs);
      });
  }

  return {
    start: () => {
      stopping = new AbortController();
      forget();
    },
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
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
  const beforeUnread = new Date(now.getTime() - 2 * retentionDays * dayMs);
  return {
    incidences: await retentionStore.forgetIncidences(db, before, now, stop),
    idempotencyKeys: await retentionStore.expireIdempotencyKeys(db, new Date(now.getTime() - dayMs), stop),
    inbound: await retentionStore.deleteInbound(db, before, stop),
    unreadInbound: await retentionStore.deleteUnreadInbound(db, beforeUnread, stop),
    transcripts: await retentionStore.deleteTranscripts(db, before, stop),
    deliveries: await retentionStore.deleteDeliveries(db, before, stop),
    notices: await retentionStore.deleteNotices(db, before, stop),
    attempts: await retentionStore.deleteAttempts(db, before, stop),
    members: await retentionStore.deleteMembers(db, before, stop),
    lanes: await retentionStore.deleteIdleLanes(db, new Date(now.getTime() - hourMs), stop),
    dialogs: await retentionStore.deleteDialogs(db, new Date(now.getTime() - dayMs), stop),
  };
}
