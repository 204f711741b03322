import type { ChatPlace } from '../routes/lane.ts';
import { clip } from '../transcripts/clip.ts';
import { type Html, plainText } from './views/html.ts';
import { longestText } from './views/incidence-card.ts';

/** The General topic is addressed without a thread id (Bot API, sendMessage). */
export function chatOptions(place: ChatPlace): { message_thread_id?: number } {
  return place.threadId === null ? {} : { message_thread_id: place.threadId };
}

type TextArguments<O> = [
  text: string,
  options: O & { link_preview_options: { is_disabled: true }; parse_mode?: 'HTML' },
];

/**
 * Arguments after the chat: the text with its options, as HTML or, once Telegram rejected that, as plain text. So is one
 * that is too long, because it repeats what somebody typed: shortened, it still answers them.
 */
export function textOptions<O extends object>(text: Html, options: O, plain = false): TextArguments<O> {
  const all = { ...options, link_preview_options: { is_disabled: true as const } };
  const isTooLong = text.html.length > longestText && [...plainText(text)].length > longestText;
  if (plain || isTooLong) return [clip(plainText(text), longestText), all];
  return [text.html, { ...all, parse_mode: 'HTML' }];
}

/** The caption of a file, in the same two ways. */
export function captionOptions(caption: Html, plain = false): { caption: string; parse_mode?: 'HTML' } {
  return plain ? { caption: plainText(caption) } : { caption: caption.html, parse_mode: 'HTML' };
}

export function replyOptions(messageId: number) {
  return { reply_parameters: { message_id: messageId, allow_sending_without_reply: true } };
}
