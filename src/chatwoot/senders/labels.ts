import type { Attempt, Delivery } from '../../delivery/delivery.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import * as writeStore from '../write-store.ts';
import { failed, obsolete, sent, type SenderDeps } from './deps.ts';

/** Chatwoot applies label changes in jobs that may overtake each other, so two writes keep this distance. */
const settleMs = 1_500;

/** Adds the tags that are new as labels, and removes those that are gone; other labels stay as they are. */
export async function writeLabels(deps: SenderDeps, delivery: Delivery, now: Date): Promise<Attempt> {
  const incidence = await incidenceViewStore.findById(deps.db, delivery.incidenceId ?? 0);
  if (!incidence) return obsolete('the incidence is gone');
  const { labels, labelsAt } = await writeStore.find(deps.db, incidence.id);
  const readyAt = new Date((labelsAt?.getTime() ?? 0) + settleMs);
  if (readyAt > now) return { outcome: 'too-early', until: readyAt, reason: 'it was written a moment ago' };

  const { tags } = incidence;
  const add = tags.filter((tag) => !labels.includes(tag));
  const remove = labels.filter((label) => !tags.includes(label));
  if (add.length + remove.length === 0) return obsolete('Chatwoot has it already');
  const answer = await deps.client.call('POST', '/bulk_actions', {
    type: 'Conversation',
    ids: [Number(incidence.externalId)],
    labels: { add, remove },
  });
  if (!answer.ok) return failed(deps, incidence, answer.failure);
  await writeStore.save(deps.db, incidence.id, { labels: tags, labelsAt: deps.now() });
  return sent;
}
