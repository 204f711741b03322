import { createHash } from 'node:crypto';
import { InlineKeyboard } from 'grammy';
import type { Db } from '../database/connect.ts';
import { type Card, type CardEdited, idleMenuMs } from '../incidences/card-store.ts';
import type { IncidenceView } from '../incidences/incidence-view-store.ts';
import * as cardStore from '../incidences/card-store.ts';
import * as tagStore from '../incidences/tag-store.ts';
import { canUndo } from '../incidences/undo.ts';
import * as undoStore from '../incidences/undo-store.ts';
import { findAssignable } from './assignable.ts';
import type { Menu } from './views/incidence-keyboard.ts';
import type { Locale } from './locale.ts';
import { shownIncidence } from './views/shown-incidence.ts';
import { incidenceCard, type Screen } from './views/incidence-card.ts';

const maxTagsInMenu = 15;
const maxPeopleInMenu = 20;

type CardState = Pick<Card, 'menu' | 'menuAt' | 'lateSeconds'> &
  Readonly<{ chatId?: number; sentAt?: Date; withEarlier?: true }>;

/** A card that nobody has used yet. */
export const newCard: CardState = { menu: 'main', menuAt: null, lateSeconds: null };

/** The card as it should look now, with the menu that is open under it. */
export async function cardScreen(
  db: Db,
  incidence: IncidenceView,
  card: CardState,
  locale: Locale,
  now: Date,
): Promise<Screen> {
  const shown = shownIncidence(incidence, locale.cards());
  const { lateSeconds, menuAt, sentAt, withEarlier } = card;
  const { status, closedAt } = incidence;
  // What was shown before it was closed; a card that is called up afterwards is whole.
  const isFolded = status === 'closed' && closedAt !== null && sentAt !== undefined && sentAt < closedAt;
  const more = { lateSeconds, earlierAt: withEarlier && now, isFolded };
  const isMenuInUse = menuAt !== null && now.getTime() - menuAt.getTime() < idleMenuMs;
  const menu = isMenuInUse ? card.menu : 'main';
  return incidenceCard(shown, await menuOf(db, incidence, { ...card, menu }, locale, now), locale, more);
}

async function menuOf(
  db: Db,
  incidence: IncidenceView,
  { menu, chatId = 0 }: CardState,
  { adminIds }: Locale,
  now: Date,
): Promise<Menu> {
  switch (menu) {
    case 'tags':
      return { kind: menu, known: await tagStore.findAllKnown(db, maxTagsInMenu) };
    case 'more': {
      const last = await undoStore.findLast(db, incidence.id);
      return { kind: menu, last: canUndo(last, incidence, now).ok ? last : undefined };
    }
    case 'assign': {
      // In private, the people of the chats that show it.
      const cards = chatId < 0 ? [{ chatId }] : await cardStore.findAllByIncidence(db, incidence.id);
      const chatIds = cards.map((card) => card.chatId);
      const team = await findAssignable(db, { adminIds, chatIds }, now);
      return { kind: menu, team: team.slice(0, maxPeopleInMenu) };
    }
    case 'main':
    case 'outcome':
    case 'severity':
    case 'snooze':
      return { kind: menu };
  }
}

/** What an edit would show and record, and whether the card looks like that already. */
export async function cardEdit(
  db: Db,
  incidence: IncidenceView,
  card: Card,
  locale: Locale,
  now: Date,
): Promise<Readonly<{ screen: Screen; edited: CardEdited; isShown: boolean }>> {
  const screen = await cardScreen(db, incidence, card, locale, now);
  const edited = { cardId: card.id, version: incidence.version, contentHash: contentHash(screen) };
  return { screen, edited, isShown: edited.contentHash === card.contentHash };
}

/** Only the buttons that come back to the bot. */
export function withoutLinks({ inline_keyboard: rows }: InlineKeyboard): InlineKeyboard {
  const kept = rows.map((row) => row.filter((button) => !('url' in button)));
  return new InlineKeyboard(kept.filter((row) => row.length > 0));
}

/** Equal for two screens that look the same. */
export function contentHash({ text, keyboard }: Screen): string {
  return createHash('sha1').update(text.html).update(JSON.stringify(keyboard.inline_keyboard)).digest('base64url');
}
