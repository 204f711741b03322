import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { rank, type DeliveryRequest } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { editCards } from '../incidences/edit-cards.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import { deskLane } from '../incidences/plan-write-back.ts';
import type { Person } from '../people/person.ts';
import { laneOf } from '../routes/lane.ts';
import * as replyStore from './reply-store.ts';

export type SendOutcome =
  | Readonly<{ ok: true; incidenceId: number }>
  | Readonly<{ ok: false; reason: 'gone' | 'not-yours' | 'discarded' | 'sent-already' }>;

/** `Send to the customer` was pressed under the preview: the only way a text from Telegram gets to a customer. The first press counts. */
export async function sendReply(db: Db, request: { id: number; actor: Person }, now: Date): Promise<SendOutcome> {
  const { id, actor } = request;
  return transact(db, async (trx) => {
    const draft = await lockDraft(trx, id, actor);
    if (!draft.ok) return draft;
    const { reply } = draft;
    const incidence = await incidenceStore.lockById(trx, reply.incidenceId);
    if (!incidence) return { ok: false, reason: 'gone' };
    await replyStore.update(trx, id, { state: 'queued' });
    const change = { replyNonce: reply.nonce, replyStatus: 'sending', replyBy: actor.id } as const;
    await incidenceStore.update(trx, incidence.id, change, now);
    const name = (await incidenceStore.findPersonName(trx, actor.id)) ?? actor.firstName;
    const by = { incidenceId: incidence.id, actorId: actor.id, actor: name };
    await incidenceStore.record(trx, [{ ...by, action: 'reply', before: {}, after: {} }], now);
    const request = {
      lane: deskLane(incidence),
      kind: 'chatwoot_reply',
      subject: `reply:${id}`,
      rank: rank.high,
      incidenceId: incidence.id,
      payload: { replyId: id },
    };
    await deliveryStore.enqueue(trx, [request, previewOf(reply)], now);
    await editCards(trx, incidence.id, now);
    return { ok: true, incidenceId: incidence.id };
  });
}

/** `Discard`, or `Change`: this text goes nowhere. */
export async function discardReply(db: Db, request: { id: number; actor: Person }, now: Date): Promise<SendOutcome> {
  return transact(db, async (trx) => {
    const draft = await lockDraft(trx, request.id, request.actor);
    if (!draft.ok) return draft;
    await replyStore.update(trx, request.id, { state: 'discarded' });
    await deliveryStore.enqueue(trx, [previewOf(draft.reply)], now);
    return { ok: true, incidenceId: draft.reply.incidenceId };
  });
}

async function lockDraft(trx: Trx, id: number, actor: Person) {
  const reply = await replyStore.lockById(trx, id);
  if (!reply) return { ok: false, reason: 'gone' } as const;
  if (reply.personId !== actor.id) return { ok: false, reason: 'not-yours' } as const;
  if (reply.state === 'discarded') return { ok: false, reason: 'discarded' } as const;
  if (reply.state !== 'draft') return { ok: false, reason: 'sent-already' } as const;
  return { ok: true, reply } as const;
}

/** The preview is to say what became of the reply. */
export function previewOf({ id, chatId, incidenceId }: replyStore.Reply): DeliveryRequest {
  return {
    lane: laneOf(chatId),
    kind: 'reply_preview',
    subject: `reply:${id}`,
    rank: rank.high,
    incidenceId,
    payload: { replyId: id },
  };
}
