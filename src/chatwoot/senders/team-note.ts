import { z } from 'zod';
import type { Attempt, Delivery } from '../../delivery/delivery.ts';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { withoutLiquid } from '../liquid.ts';
import { findMarked, markerOf } from '../marker.ts';
import { failed, obsolete, sent, type SenderDeps } from './deps.ts';

const payloadSchema = z.object({ noteId: z.number(), nonce: z.string() });

/** Writes what somebody noted in Telegram as a private note. An earlier attempt may have arrived: its mark is looked for first. */
export async function writeTeamNote(deps: SenderDeps, delivery: Delivery): Promise<Attempt> {
  const { db, client } = deps;
  const { noteId, nonce } = payloadSchema.parse(delivery.payload);
  const said = await incidenceStore.findNote(db, noteId);
  const incidence = said && (await incidenceViewStore.findById(db, delivery.incidenceId ?? 0));
  if (!incidence) return obsolete('the note is gone');
  const found = await findMarked(client, incidence.externalId, nonce);
  if (!found.ok) return failed(deps, incidence, found.failure);
  if (found.message) return obsolete('Chatwoot has it already');
  const answer = await client.call('POST', `/conversations/${incidence.externalId}/messages`, {
    content: withoutLiquid(`${said.actor} in Telegram: ${said.note}`),
    private: true,
    message_type: 'outgoing',
    content_attributes: markerOf(incidence.id, nonce),
  });
  return answer.ok ? sent : failed(deps, incidence, answer.failure);
}
