import type { Db } from '../database/connect.ts';
import { createLoop, type Loop } from '../database/loop.ts';
import type { Log } from '../log.ts';
import { deleteWaiting } from '../incidences/visitor-context-store.ts';
import * as retentionStore from './retention-store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Every hour: customers' data is kept no longer than the settings allow; the incidences' numbers and states stay. */
export function createRetentionJob(deps: { db: Db; log: Log; retentionDays: number; now: () => Date }): Loop {
  const { db, log, retentionDays, now } = deps;
  return createLoop({
    run: async (stopping) => {
      const deleted = await deleteExpired(db, retentionDays, now(), stopping);
      if (Object.values(deleted).some((count) => count > 0)) log.info(deleted, 'retention.deleted');
      return hourMs;
    },
    failed: (err) => log.warn({ err }, 'retention.failed'),
    retryInMs: hourMs,
  });
}

export async function deleteExpired(
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
    visitorContexts: await deleteWaiting(db, new Date(now.getTime() - dayMs)),
    inbound: await retentionStore.deleteInbound(db, before, stop),
    unreadInbound: await retentionStore.deleteUnreadInbound(db, beforeUnread, stop),
    searchTerms: await retentionStore.deleteTerms(db, before, stop),
    transcripts: await retentionStore.deleteTranscripts(db, before, stop),
    replies: await retentionStore.deleteReplies(db, before, stop),
    deliveries: await retentionStore.deleteDeliveries(db, before, stop),
    notices: await retentionStore.deleteNotices(db, before, stop),
    attempts: await retentionStore.deleteAttempts(db, before, stop),
    members: await retentionStore.deleteMembers(db, before, stop),
    refusedPresses: await retentionStore.deleteRefusedPresses(db, before, stop),
    reminders: await retentionStore.deleteReminders(db, before, stop),
    lanes: await retentionStore.deleteIdleLanes(db, new Date(now.getTime() - hourMs), stop),
    updates: await retentionStore.deleteUpdates(db, new Date(now.getTime() - 2 * dayMs), stop),
    lists: await retentionStore.deleteLists(db, new Date(now.getTime() - 7 * dayMs), stop),
    dialogs: await retentionStore.deleteDialogs(db, new Date(now.getTime() - dayMs), stop),
  };
}
