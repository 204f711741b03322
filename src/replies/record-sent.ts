import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { editCards } from '../incidences/edit-cards.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import * as replyStore from './reply-store.ts';
import { previewOf } from './send-reply.ts';

export type Sent =
  | Readonly<{ state: 'sent'; status: 'sent' | 'delivered' | 'read' | 'failed' }>
  /** Not sent, because of this. */
  | Readonly<{ state: 'failed'; reason: string }>;

const openStates = ['sending', 'unknown', 'failed'] as const;

/** What became of a reply, on the card and under its preview. A receipt that came before it stays. */
export async function recordSent(db: Db, reply: replyStore.Reply, sent: Sent, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const reason = sent.state === 'failed' ? sent.reason : null;
    await replyStore.update(trx, reply.id, { state: sent.state, reason });
    const incidence = await incidenceStore.lockById(trx, reply.incidenceId);
    const isNewest = incidence?.replyNonce === reply.nonce;
    const replyStatus = sent.state === 'failed' ? 'failed' : sent.status;
    const isNews = openStates.some((open) => open === incidence?.replyStatus);
    if (isNewest && isNews) {
      await incidenceStore.update(trx, reply.incidenceId, { replyStatus }, now);
      await editCards(trx, reply.incidenceId, now);
    }
    await deliveryStore.enqueue(trx, [previewOf(reply)], now);
  });
}
