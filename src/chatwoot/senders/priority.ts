import type { Attempt, Delivery } from '../../delivery/delivery.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { fetchConversation } from '../conversation.ts';
import { priorityOf } from '../priority.ts';
import { failed, obsolete, sent, type SenderDeps } from './deps.ts';

/** Gives the conversation the priority that the incidence's severity stands for. */
export async function writePriority(deps: SenderDeps, delivery: Delivery): Promise<Attempt> {
  const { db, client } = deps;
  const incidence = await incidenceViewStore.findById(db, delivery.incidenceId ?? 0);
  if (!incidence) return obsolete('the incidence is gone');
  const { externalId, severity } = incidence;
  const priority = priorityOf(severity);
  const before = await fetchConversation(client, externalId);
  if (!before.ok) return failed(deps, incidence, before.failure);
  if (before.conversation.priority === priority) return obsolete('Chatwoot has it already');
  const answer = await client.call('POST', `/conversations/${externalId}/toggle_priority`, { priority });
  return answer.ok ? sent : failed(deps, incidence, answer.failure);
}
