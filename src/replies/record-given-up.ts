import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { editCards } from '../incidences/edit-cards.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import * as replyStore from './reply-store.ts';
import { previewOf } from './send-reply.ts';

/**
 * A reply is not tried any more, until somebody presses Retry: the card and the preview say so. One whose sending had begun
 * stays begun, so that its mark is looked for first.
 */
export async function recordGivenUp(db: Db, replyId: number, reason: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const reply = await replyStore.lockById(trx, replyId);
    if (!reply || (reply.state !== 'queued' && reply.state !== 'sending')) return;
    const hasBegun = reply.state === 'sending';
    await replyStore.update(trx, replyId, { reason, ...(!hasBegun && { state: 'failed' }) });
    const incidence = await incidenceStore.lockById(trx, reply.incidenceId);
    if (incidence?.replyNonce === reply.nonce && incidence.replyStatus === 'sending') {
      const replyStatus = hasBegun ? 'unknown' : 'failed';
      await incidenceStore.update(trx, reply.incidenceId, { replyStatus }, now);
      await editCards(trx, reply.incidenceId, now);
    }
    await deliveryStore.enqueue(trx, [previewOf(reply)], now);
  });
}
