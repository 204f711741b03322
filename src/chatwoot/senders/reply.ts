import { z } from 'zod';
import type { Attempt, Delivery } from '../../delivery/delivery.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { recordSent } from '../../replies/record-sent.ts';
import * as replyStore from '../../replies/reply-store.ts';
import { type ChatwootFailure, mayBeDone } from '../chatwoot-error.ts';
import { withoutLiquid } from '../liquid.ts';
import { findMarked, markerOf, type MarkedMessage, markedSchema } from '../marker.ts';
import { failed, obsolete, sent, type SenderDeps } from './deps.ts';

const payloadSchema = z.object({ replyId: z.number() });

/**
 * Sends a reply to the customer, once: its start is stored before the call, and if it is not known whether it arrived,
 * its mark is looked for before anything is sent again.
 */
export async function sendReplyToCustomer(deps: SenderDeps, delivery: Delivery): Promise<Attempt> {
  const { db, client } = deps;
  const reply = await replyStore.findById(db, replyIn(delivery));
  const incidence = reply && (await incidenceViewStore.findById(db, reply.incidenceId));
  if (!incidence) return obsolete('the incidence is gone');
  if (reply.state === 'sent' || reply.state === 'discarded') return obsolete('it was sent already');
  const { externalId } = incidence;

  if (reply.state === 'sending') {
    const found = await findMarked(client, externalId, reply.nonce);
    if (!found.ok) return failedToLook(deps, incidence, reply, found.failure);
    if (found.message) return arrived(deps, reply, found.message);
  }
  let file: Buffer | undefined;
  try {
    file = reply.file ? await deps.fetchFile(reply.file.id) : undefined;
  } catch {
    return { outcome: 'temporary', reason: 'the file could not be fetched from Telegram' };
  }
  if (reply.file && !file) {
    const reason = 'Telegram no longer has the file';
    await recordSent(db, reply, { state: 'failed', reason }, deps.now());
    return { outcome: 'refused', reason };
  }
  // Another process has begun, or ended, with it since it was read.
  if (!(await replyStore.beginSending(db, reply))) return sendReplyToCustomer(deps, delivery);
  const own = reply.asSelf ? await deps.tokens.of(reply.personId) : undefined;
  // Unlinked since the preview: then the name stands under it after all.
  const signature = reply.asSelf && !own ? `\n\n— ${incidence.replyByName ?? 'Support'}` : '';
  const body = bodyOf({ ...reply, text: `${reply.text}${signature}` }, file);
  const answer = await client.call('POST', `/conversations/${externalId}/messages`, body, own?.token);
  if (!answer.ok) {
    const isRefused = own !== undefined && answer.failure.outcome === 'no-permission';
    if (isRefused) await deps.tokens.doubt(reply.personId, own.token);
    return fail(deps, incidence, reply, answer.failure);
  }
  return arrived(deps, reply, markedSchema.safeParse(answer.body).data);
}

function bodyOf(reply: replyStore.Reply, file: Buffer | undefined): object {
  const content = withoutLiquid(reply.text);
  const marker = markerOf(reply.incidenceId, reply.nonce);
  if (!reply.file || !file) {
    return { content, private: false, message_type: 'outgoing', content_attributes: marker };
  }
  const form = new FormData();
  form.set('content', content);
  form.set('private', 'false');
  form.set('message_type', 'outgoing');
  form.set('content_attributes', JSON.stringify(marker));
  form.append('attachments[]', new Blob([new Uint8Array(file)], { type: reply.file.type }), reply.file.name);
  return form;
}

async function arrived(
  deps: SenderDeps,
  reply: replyStore.Reply,
  message: MarkedMessage | undefined,
): Promise<Attempt> {
  await recordSent(deps.db, reply, { state: 'sent', status: message?.status ?? 'sent' }, deps.now());
  return sent;
}

/** It may have arrived: until that is known, it is neither marked as failed nor sent again. */
async function failedToLook(
  deps: SenderDeps,
  incidence: incidenceViewStore.IncidenceView,
  reply: replyStore.Reply,
  failure: ChatwootFailure,
): Promise<Attempt> {
  if (failure.outcome === 'not-found') return fail(deps, incidence, reply, failure);
  const attempt = await failed(deps, incidence, failure);
  if (attempt.outcome !== 'refused') return attempt;
  return { outcome: 'refused', reason: `it may have arrived; look in Chatwoot before you retry: ${attempt.reason}` };
}

/** What the delivery of a reply is about. */
export function replyIn({ payload }: Pick<Delivery, 'payload'>): number {
  return payloadSchema.parse(payload).replyId;
}

/** Only for a reply that was certainly not sent. */
async function fail(
  deps: SenderDeps,
  incidence: incidenceViewStore.IncidenceView,
  reply: replyStore.Reply,
  failure: ChatwootFailure,
): Promise<Attempt> {
  if (mayBeDone(failure)) return failed(deps, incidence, failure);
  if (failure.outcome === 'unreachable' || failure.outcome === 'retry-after') {
    if (reply.state === 'queued') await replyStore.update(deps.db, reply.id, { state: 'queued' });
    return failed(deps, incidence, failure);
  }
  const { reason } = failure;
  await recordSent(deps.db, reply, { state: 'failed', reason }, deps.now());
  const attempt = await failed(deps, incidence, failure);
  return attempt.outcome === 'obsolete' ? { outcome: 'refused', reason: attempt.reason } : attempt;
}
