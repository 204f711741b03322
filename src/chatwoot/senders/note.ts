import { randomUUID } from 'node:crypto';
import type { Attempt, Delivery } from '../../delivery/delivery.ts';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { mayBeDone } from '../chatwoot-error.ts';
import { findMarked, markerOf } from '../marker.ts';
import * as writeStore from '../write-store.ts';
import { failed, obsolete, sent, type SenderDeps } from './deps.ts';
import { noteOf } from './note-text.ts';

/** After a note the next one waits this long, so that a quick change of mind is one note, of how it ended. */
const settleMs = 15_000;

/** Tells Chatwoot's agents who took, released or closed it, in a private note. */
export async function writeNote(deps: SenderDeps, delivery: Delivery, now: Date): Promise<Attempt> {
  const { db, client } = deps;
  const incidence = await incidenceViewStore.findById(db, delivery.incidenceId ?? 0);
  if (!incidence) return obsolete('the incidence is gone');
  const { id, externalId } = incidence;
  const begun = await writeStore.find(db, id);
  const readyAt = new Date((begun.notedAt?.getTime() ?? 0) + settleMs);
  if (readyAt > now) return { outcome: 'too-early', until: readyAt, reason: 'a note was written a moment ago' };

  let { noted } = begun;
  if (begun.noteNonce && begun.noteSending) {
    // Whether that note arrived is not known: it is looked for before anything is written again.
    const found = await findMarked(client, externalId, begun.noteNonce);
    if (!found.ok) return failed(deps, incidence, found.failure);
    if (found.message) {
      noted = begun.noteSending;
      await writeStore.save(db, id, { noted, notedAt: now, noteSending: null, noteNonce: null });
    }
  }
  const note = noteOf(incidence, noted, await incidenceStore.findLastActor(db, id, ['release', 'undo']));
  if (!note || note.key === noted) return obsolete('there is nothing new to write');

  const nonce = randomUUID();
  await writeStore.save(db, id, { noteSending: note.key, noteNonce: nonce });
  const answer = await client.call('POST', `/conversations/${externalId}/messages`, {
    content: note.text,
    private: true,
    message_type: 'outgoing',
    content_attributes: markerOf(id, nonce),
  });
  const ended = { noteSending: null, noteNonce: null };
  if (!answer.ok) {
    if (!mayBeDone(answer.failure)) await writeStore.save(db, id, ended);
    return failed(deps, incidence, answer.failure);
  }
  await writeStore.save(db, id, { ...ended, noted: note.key, notedAt: deps.now() });
  return sent;
}
