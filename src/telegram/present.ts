import { createHash } from 'node:crypto';
import { InlineKeyboard, InputFile } from 'grammy';
import type { Db } from '../database/connect.ts';
import { type Card, idleMenuMs } from '../incidences/card-store.ts';
import type { ChatPlace } from '../delivery/delivery.ts';
import type { IncidenceView } from '../incidences/incidence-view-store.ts';
import * as tagStore from '../incidences/tag-store.ts';
import { type Html, plainText } from './views/html.ts';
import { type TranscriptLine, transcriptCaption, transcriptText } from './views/transcript.ts';
import type { Locale } from './locale.ts';
import { incidenceCard, type Screen } from './views/incidence-card.ts';

const tagsInMenu = 15;

type Looks = Pick<Card, 'menu' | 'menuAt' | 'lateSeconds'>;

/** The card as it is now, with the menu that stands open under it. */
export async function showCard(
  db: Db,
  incidence: IncidenceView,
  card: Looks,
  locale: Locale,
  now: Date,
): Promise<Screen> {
  const { lateSeconds, menuAt } = card;
  const isInUse = menuAt !== null && now.getTime() - menuAt.getTime() < idleMenuMs;
  const menu = isInUse ? card.menu : 'main';
  if (menu !== 'tags') return incidenceCard(incidence, { kind: menu }, locale, lateSeconds);
  const known = await tagStore.findAllKnown(db, tagsInMenu);
  return incidenceCard(incidence, { kind: 'tags', known }, locale, lateSeconds);
}

/** A card nobody has touched yet. */
export const freshCard: Looks = { menu: 'main', menuAt: null, lateSeconds: null };

/** The General topic is addressed without a thread id (Bot API, sendMessage). */
export function chatOptions(place: ChatPlace): { message_thread_id?: number } {
  return place.threadId === null ? {} : { message_thread_id: place.threadId };
}

type TextArguments<O> = [
  text: string,
  options: O & { link_preview_options: { is_disabled: true }; parse_mode?: 'HTML' },
];

/** Arguments after the chat: the text with its options, as HTML or as the same words plain. */
export function textOptions<O extends object>(text: Html, options: O, plain = false): TextArguments<O> {
  const all = { ...options, link_preview_options: { is_disabled: true as const } };
  return plain ? [plainText(text), all] : [text.html, { ...all, parse_mode: 'HTML' }];
}

/** The words beside a file, in the same two ways. */
export function captionOptions(caption: Html, plain = false): { caption: string; parse_mode?: 'HTML' } {
  return plain ? { caption: plainText(caption) } : { caption: caption.html, parse_mode: 'HTML' };
}

/** A transcript as a file with its five lines. A buffer and not a stream, so that it can be sent again. */
export function transcriptDocument(
  incidence: IncidenceView,
  messages: readonly TranscriptLine[],
  locale: Locale,
): { file: InputFile; caption: Html } {
  const text = Buffer.from(transcriptText(incidence, messages, locale));
  return {
    file: new InputFile(text, `transcript-${incidence.id}.txt`),
    caption: transcriptCaption(incidence, messages, locale.texts),
  };
}

/** Only the buttons that come back to us. */
export function withoutLinks({ inline_keyboard: rows }: InlineKeyboard): InlineKeyboard {
  const kept = rows.map((row) => row.filter((button) => !('url' in button)));
  return new InlineKeyboard(kept.filter((row) => row.length > 0));
}

/** Equal for two screens that look the same. */
export function contentHash({ text, keyboard }: Screen): string {
  return createHash('sha1').update(text.html).update(JSON.stringify(keyboard.inline_keyboard)).digest('base64url');
}
