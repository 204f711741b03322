import type { Attempt, Delivery } from '../../delivery/delivery.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { mayBeDone } from '../chatwoot-error.ts';
import { fetchConversation } from '../conversation.ts';
import { priorityOf } from '../priority.ts';
import * as writeStore from '../write-store.ts';
import { failed, obsolete, sent, type SenderDeps } from './deps.ts';

/** Gives the conversation the priority that the incidence's severity stands for. */
export async function writePriority(deps: SenderDeps, delivery: Delivery): Promise<Attempt> {
  const { db, client } = deps;
  const incidence = await incidenceViewStore.findById(db, delivery.incidenceId ?? 0);
  if (!incidence) return obsolete('the incidence is gone');
  const { id, externalId, severity } = incidence;
  const priority = priorityOf(severity);
  const before = await fetchConversation(client, externalId);
  if (!before.ok) return failed(deps, incidence, before.failure);
  if (before.conversation.priority === priority) {
    await writeStore.endSeverity(db, id, severity);
    return obsolete('Chatwoot has it already');
  }
  await writeStore.beginSeverity(db, id, severity);
  const answer = await client.call('POST', `/conversations/${externalId}/toggle_priority`, { priority });
  if (answer.ok) {
    await writeStore.endSeverity(db, id, severity);
    return sent;
  }
  if (!mayBeDone(answer.failure)) await writeStore.endSeverity(db, id, undefined);
  return failed(deps, incidence, answer.failure);
}
