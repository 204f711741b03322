import type { Delivery, DeliveryRequest } from '../delivery/delivery.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';

/** A copy is as old as its original, so that it shows how late it comes. */
export type RescueCopy = DeliveryRequest & Readonly<{ createdAt: Date }>;

/** Kinds that reply to a card. In a chat without that card, the card itself takes their place. */
export const repliesToCards: readonly string[] = ['severity_note', 'reopened_note'];

/** What the rescue places get of the deliveries that wait for a lost chat. Pure. */
export function planRescue(waiting: readonly Delivery[], places: readonly ChatPlace[]): RescueCopy[] {
  return waiting.flatMap((delivery) => places.map((place) => copyFor(delivery, place)));
}

function copyFor(
  { kind, subject, rank, incidenceId, payload, createdAt }: Delivery,
  { chatId }: ChatPlace,
): RescueCopy {
  const common = { lane: laneOf(chatId), rank, incidenceId, createdAt };
  const place = { chatId, threadId: null };
  if (!repliesToCards.includes(kind)) return { ...common, kind, subject, payload: { ...payload, ...place } };
  return { ...common, kind: 'send_card', subject: `incidence:${incidenceId}`, payload: place };
}
