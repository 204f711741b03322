import type { Sender } from '../../delivery/lane-worker.ts';
import { obsolete, type SenderDeps } from './deps.ts';
import { writeAssignee } from './assignee.ts';
import { sendReplyToCustomer } from './reply.ts';
import { writeLabels } from './labels.ts';
import { writeNote } from './note.ts';
import { writeStatus } from './status.ts';

const kinds = ['chatwoot_status', 'chatwoot_labels', 'chatwoot_note', 'chatwoot_assignee', 'chatwoot_reply'] as const;

/** The sender of each kind of delivery that goes to Chatwoot. Each reads what to write when it writes. */
export function createChatwootSenders(deps: SenderDeps): Readonly<Record<(typeof kinds)[number], Sender>> {
  return {
    chatwoot_status: (delivery, now) => writeStatus(deps, delivery, now),
    chatwoot_labels: (delivery, now) => writeLabels(deps, delivery, now),
    chatwoot_note: (delivery, now) => writeNote(deps, delivery, now),
    chatwoot_assignee: (delivery) => writeAssignee(deps, delivery),
    chatwoot_reply: (delivery) => sendReplyToCustomer(deps, delivery),
  };
}

/** What was still waiting when the settings of Chatwoot were taken away. */
export const withoutChatwoot: Readonly<Record<string, Sender>> = Object.fromEntries(
  kinds.map((kind) => [kind, async () => obsolete('Chatwoot is no longer configured')]),
);
