import type { Attempt, Delivery } from '../../delivery/delivery.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { mayBeDone } from '../chatwoot-error.ts';
import { fetchConversation } from '../conversation.ts';
import * as writeStore from '../write-store.ts';
import { failed, obsolete, sent, type SenderDeps } from './deps.ts';

/** Assigns the conversation to whoever acknowledged it, if linked; what we assigned is taken back when it is released. */
export async function writeAssignee(deps: SenderDeps, delivery: Delivery): Promise<Attempt> {
  const { db, client, tokens } = deps;
  const incidence = await incidenceViewStore.findById(db, delivery.incidenceId ?? 0);
  if (!incidence) return obsolete('the incidence is gone');
  const { id, externalId, status, acknowledgedBy, deskAssignedTo } = incidence;
  if (status === 'closed') return obsolete('the incidence has been closed');
  const wanted = acknowledgedBy === null ? undefined : (await tokens.of(acknowledgedBy))?.userId;
  if (wanted === undefined && deskAssignedTo === null) return obsolete('nobody we assigned');

  const before = await fetchConversation(client, externalId);
  if (!before.ok) return failed(deps, incidence, before.failure);
  const current = before.conversation.meta.assignee?.id;
  // Somebody in Chatwoot assigned it to somebody else meanwhile.
  const isOurs = current === undefined || current === deskAssignedTo;
  if (wanted === current || (wanted === undefined && !isOurs)) {
    await writeStore.saveAssigned(db, id, wanted ?? null);
    return obsolete('Chatwoot has it already');
  }
  // It may have been released or taken over while Chatwoot was asked.
  if (wanted !== undefined && !(await writeStore.beginAssigned(db, incidence, wanted)))
    return writeAssignee(deps, delivery);
  const answer = await client.call('POST', `/conversations/${externalId}/assignments`, { assignee_id: wanted ?? null });
  if (!answer.ok) {
    if (!mayBeDone(answer.failure)) await writeStore.saveAssigned(db, id, deskAssignedTo);
    return failed(deps, incidence, answer.failure);
  }
  await writeStore.saveAssigned(db, id, wanted ?? null);
  return sent;
}
