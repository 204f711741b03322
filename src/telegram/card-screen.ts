import { createHash } from 'node:crypto';
import { InlineKeyboard } from 'grammy';
import type { Db } from '../database/connect.ts';
import { type Card, type CardEdited, idleMenuMs } from '../incidences/card-store.ts';
import type { IncidenceView } from '../incidences/incidence-view-store.ts';
import * as tagStore from '../incidences/tag-store.ts';
import type { Locale } from './locale.ts';
import { shownIncidence } from './views/shown-incidence.ts';
import { incidenceCard, type Screen } from './views/incidence-card.ts';

const maxTagsInMenu = 15;

type CardState = Pick<Card, 'menu' | 'menuAt' | 'lateSeconds'> & Readonly<{ withEarlier?: true }>;

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
  const { lateSeconds, menuAt, withEarlier } = card;
  const more = { lateSeconds, earlierAt: withEarlier && now };
  const isMenuInUse = menuAt !== null && now.getTime() - menuAt.getTime() < idleMenuMs;
  const menu = isMenuInUse ? card.menu : 'main';
  if (menu !== 'tags') return incidenceCard(shown, { kind: menu }, locale, more);
  const known = await tagStore.findAllKnown(db, maxTagsInMenu);
  return incidenceCard(shown, { kind: 'tags', known }, locale, more);
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
