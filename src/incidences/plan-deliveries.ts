import type { Card } from './card-store.ts';
import { type ChatPlace, isSamePlace, laneOf } from '../routes/lane.ts';
import { rank, type DeliveryRequest } from '../delivery/delivery.ts';
import { placesFor, type Routing } from '../routes/places-for.ts';
import type { Notice } from './decision.ts';
import type { Incidence } from './incidence.ts';

/** The deliveries after which every chat shows the incidence as it is now. Pure. */
export function planDeliveries(
  incidence: Incidence,
  shown: Readonly<{ cards: readonly Card[]; places: Routing }>,
  news: Readonly<{ notice?: Notice | undefined; transcript?: boolean }> = {},
): DeliveryRequest[] {
  const wanted = concernsTeam(incidence) ? placesFor(incidence, shown.places) : [];
  // What is over needs nobody who did not see it before.
  const isOver = incidence.status === 'closed' && shown.cards.length > 0;
  const places = isOver ? wanted.filter((place) => shown.cards.some((card) => isSamePlace(place, card))) : wanted;
  const edits = shown.cards.map((card) => editCard(card));
  const sends = places
    .filter((place) => !shown.cards.some((card) => isSamePlace(place, card)))
    .map((place) => sendCard(incidence, place));
  const transcripts = news.transcript ? places.map((place) => transcript(incidence, place)) : [];
  return [...edits, ...sends, ...notices(incidence, shown.cards, news.notice), ...transcripts];
}

/** Not a chat that an agent began and in which the customer never wrote first. */
function concernsTeam({ status, trigger }: Incidence): boolean {
  return status !== 'closed' || trigger !== 'AGENT_INITIATED';
}

export function sendCard(incidence: Pick<Incidence, 'id' | 'severity'>, place: ChatPlace): DeliveryRequest {
  return {
    lane: laneOf(place.chatId),
    kind: 'send_card',
    subject: subjectIn(incidence, place),
    rank: rank[incidence.severity],
    incidenceId: incidence.id,
    payload: { ...place },
  };
}

export function editCard(card: Card, urgency: number = rank.edit): DeliveryRequest {
  return {
    lane: laneOf(card.chatId),
    kind: 'edit_card',
    subject: `card:${card.id}`,
    rank: urgency,
    incidenceId: card.incidenceId,
    payload: { cardId: card.id },
  };
}

function notices(incidence: Incidence, cards: readonly Card[], notice: Notice | undefined): DeliveryRequest[] {
  if (!notice) return [];
  return newestPerPlace(cards).map((card) => ({
    lane: laneOf(card.chatId),
    kind: noteKind(notice),
    subject: `card:${card.id}`,
    rank: rank[incidence.severity],
    incidenceId: incidence.id,
    payload: { cardId: card.id },
  }));
}

/** By place and not by card: the card may not have been sent yet. */
function transcript(incidence: Incidence, place: ChatPlace): DeliveryRequest {
  return {
    lane: laneOf(place.chatId),
    kind: 'transcript',
    subject: subjectIn(incidence, place),
    rank: rank.document,
    incidenceId: incidence.id,
    payload: { ...place },
  };
}

function noteKind(notice: Notice): string {
  switch (notice) {
    case 'severity-rose':
      return 'severity_note';
    case 'reopened':
      return 'reopened_note';
    case 'assigned':
      return 'assigned_note';
    case 'woken':
      return 'woken_note';
    case 'missed':
      return 'missed_note';
    case 'handed-over':
      return 'handover_note';
    case 'send-failed':
      return 'send_failed_note';
  }
}

/** Two topics of one chat share a lane. */
function subjectIn(incidence: Pick<Incidence, 'id'>, place: ChatPlace): string {
  return `incidence:${incidence.id}${place.threadId === null ? '' : `:${place.threadId}`}`;
}

function newestPerPlace(cards: readonly Card[]): Card[] {
  return cards.filter((card) => !cards.some((other) => other.id > card.id && isSamePlace(other, card)));
}
