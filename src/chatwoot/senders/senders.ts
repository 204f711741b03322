import { transact } from '../../database/transact.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { Sender } from '../../delivery/lane-worker.ts';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import { recordGivenUp } from '../../replies/record-given-up.ts';
import * as writeStore from '../write-store.ts';
import { obsolete, type SenderDeps } from './deps.ts';
import { writeAssignee } from './assignee.ts';
import { replyIn, sendReplyToCustomer } from './reply.ts';
import { writeLabels } from './labels.ts';
import { writeNote } from './note.ts';
import { writePriority } from './priority.ts';
import { writeStatus } from './status.ts';
import { writeTeamNote } from './team-note.ts';

const kinds = [
  'chatwoot_status',
  'chatwoot_labels',
  'chatwoot_note',
  'chatwoot_assignee',
  'chatwoot_priority',
  'chatwoot_team_note',
  'chatwoot_reply',
] as const;

/** The sender of each kind of delivery that goes to Chatwoot. Each reads what to write when it writes. */
export function createChatwootSenders(deps: SenderDeps): Readonly<Record<(typeof kinds)[number], Sender>> {
  const withBackoff = createBackoff();
  return {
    chatwoot_status: withBackoff((delivery, now) => writeStatus(deps, delivery, now)),
    chatwoot_labels: withBackoff((delivery, now) => writeLabels(deps, delivery, now)),
    chatwoot_note: withBackoff((delivery, now) => writeNote(deps, delivery, now)),
    chatwoot_assignee: withBackoff((delivery) => writeAssignee(deps, delivery)),
    chatwoot_priority: withBackoff((delivery) => writePriority(deps, delivery)),
    chatwoot_team_note: withBackoff((delivery) => writeTeamNote(deps, delivery)),
    chatwoot_reply: withBackoff((delivery) => sendReplyToCustomer(deps, delivery)),
  };
}

const maxPauseMs = 30_000;

/** The longer Chatwoot cannot be reached, the longer all writes to it pause between two attempts. */
function createBackoff(): (send: Sender) => Sender {
  let pauseMs = 0;
  let pausedUntil = 0;
  return (send) => async (delivery, now) => {
    const attempt = await send(delivery, now);
    if (attempt.outcome !== 'unreachable') {
      if (attempt.outcome === 'sent') pauseMs = 0;
      return attempt;
    }
    // Those that failed together count once.
    if (now.getTime() >= pausedUntil) pauseMs = Math.min(Math.max(pauseMs * 2, 1_000), maxPauseMs);
    pausedUntil = now.getTime() + pauseMs;
    return { ...attempt, pauseMs };
  };
}

/** What was still waiting when the settings of Chatwoot were taken away. */
export const withoutChatwoot: Readonly<Record<string, Sender>> = Object.fromEntries(
  kinds.map((kind) => [kind, async () => obsolete('Chatwoot is no longer configured')]),
);

/** What was given up is no longer being written, and Chatwoot's own events about it count again; a reply says so. */
export function giveUp({ db, wake, now }: Pick<SenderDeps, 'db' | 'wake' | 'now'>) {
  return async (delivery: Delivery, reason: string): Promise<void> => {
    const { kind, incidenceId } = delivery;
    if (kind === 'chatwoot_reply') {
      await recordGivenUp(db, replyIn(delivery), reason, now());
      wake.signal('deliveries');
    }
    if (incidenceId === null) return;
    if (kind === 'chatwoot_priority') await writeStore.endSeverity(db, incidenceId, undefined);
    if (kind !== 'chatwoot_status') return;
    const isAwaited = await transact(db, async (trx) => {
      const incidence = await incidenceStore.lockById(trx, incidenceId);
      return incidence !== undefined && writeStore.endStatus(trx, incidence, undefined, now());
    });
    if (isAwaited) wake.signal('inbound');
  };
}
