import type { Card } from './card-store.ts';
import { type ChatPlace, type DeliveryKind, rank, telegramLane, type Wish } from '../delivery/delivery.ts';
import type { Notice } from './decide-on-event.ts';
import type { Incidence } from './incidence.ts';

/** What must be said in Telegram so that every chat shows the incidence as it now is. Pure. */
export function planDeliveries(
  incidence: Incidence,
  shown: Readonly<{ cards: readonly Card[]; places: readonly ChatPlace[] }>,
  news: Readonly<{ notice?: Notice | undefined; transcript?: boolean }> = {},
): Wish[] {
  const edits = shown.cards.map((card) => editCard(card));
  const sends = shown.places
    .filter((place) => !shown.cards.some((card) => isIn(place, card)))
    .map((place) => sendCard(incidence, place));
  return [...edits, ...sends, ...notices(incidence, shown.cards, news)];
}

export function sendCard(incidence: Pick<Incidence, 'id' | 'severity'>, place: ChatPlace): Wish {
  return {
    lane: telegramLane(place.chatId),
    kind: 'send_card',
    subject: `incidence:${incidence.id}${place.threadId === null ? '' : `:${place.threadId}`}`,
    rank: rank[incidence.severity],
    incidenceId: incidence.id,
    payload: { ...place },
  };
}

export function editCard(card: Card): Wish {
  return {
    lane: telegramLane(card.chatId),
    kind: 'edit_card',
    subject: `card:${card.id}`,
    rank: rank.edit,
    incidenceId: card.incidenceId,
    payload: { cardId: card.id },
  };
}

function notices(
  incidence: Incidence,
  cards: readonly Card[],
  news: Readonly<{ notice?: Notice | undefined; transcript?: boolean }>,
): Wish[] {
  const newest = newestPerPlace(cards);
  const wishes: Wish[] = [];
  for (const card of newest) {
    if (news.notice) wishes.push(note(incidence, card, noteKind(news.notice), rank[incidence.severity]));
    if (news.transcript) wishes.push(note(incidence, card, 'transcript', rank.document));
  }
  return wishes;
}

function noteKind(notice: Notice): DeliveryKind {
  switch (notice) {
    case 'severity-rose':
      return 'severity_note';
    case 'reopened':
      return 'reopened_note';
  }
}

function note(incidence: Incidence, card: Card, kind: DeliveryKind, atRank: number): Wish {
  return {
    lane: telegramLane(card.chatId),
    kind,
    subject: `card:${card.id}`,
    rank: atRank,
    incidenceId: incidence.id,
    payload: { cardId: card.id },
  };
}

function newestPerPlace(cards: readonly Card[]): Card[] {
  return cards.filter((card) => !cards.some((other) => other.id > card.id && isIn(other, card)));
}

function isIn(place: ChatPlace, card: Card): boolean {
  return place.chatId === card.chatId && place.threadId === card.threadId;
}
