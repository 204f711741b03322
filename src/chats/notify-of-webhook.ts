import type { Db } from '../database/connect.ts';
import { rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import * as noteStore from './note-store.ts';

/** `kind`: the cause, of which the admins are notified once a day at most. */
type Problem = Readonly<{ kind: string; reason: string; advice: string }>;

/** Presses and commands no longer arrive by the webhook, or do again: notifies the admins. */
export async function notifyOfWebhook(
  db: Db,
  { problem, adminPlaces }: { problem: Problem | undefined; adminPlaces: readonly ChatPlace[] },
  now: Date,
): Promise<void> {
  for (const place of adminPlaces) {
    const common = { lane: laneOf(place.chatId), incidenceId: null };
    if (problem) {
      const { kind, reason, advice } = problem;
      const request = { kind: 'webhook_lost_note', subject: `webhook:${kind}`, rank: rank.critical };
      await deliveryStore.enqueue(db, [{ ...common, ...request, payload: { ...place, reason, advice } }], now);
      continue;
    }
    for (const subject of await noteStore.findUnresolved(db, common.lane, 'webhook_lost_note', 'webhook_back_note')) {
      const request = { kind: 'webhook_back_note', subject, rank: rank.high };
      await deliveryStore.enqueue(db, [{ ...common, ...request, payload: { ...place } }], now);
    }
  }
}
