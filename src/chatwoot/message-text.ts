import { cleanLine, cleanText } from '../incidences/clean-text.ts';
import type { Conversation, Message } from './payload.ts';

/**
 * The customer's own words in a message. Of an e-mail the new part alone: Chatwoot calls it `quoted`,
 * while `content` and `reply` carry the history. Without words, the names of what was attached.
 */
export function messageText(message: Message): string | undefined {
  const email = message.content_attributes?.email;
  const candidates = [
    email?.text_content?.quoted,
    withoutTags(email?.html_content?.quoted),
    message.content,
    message.message?.content,
  ];
  return firstOf(candidates) ?? attachmentLine(message.attachments);
}

/** The last public message of a conversation, when the customer wrote it: it may as well be a bot's or a template. */
export function lastCustomerText(conversation: Conversation): string | undefined {
  const last = conversation.messages;
  if (last?.message_type !== 'incoming' || last.private) return undefined;
  return firstOf([last.processed_message_content, last.content]) ?? attachmentLine(last.attachments);
}

function firstOf(texts: readonly (string | undefined)[]): string | undefined {
  for (const text of texts) {
    const cleaned = cleanText(text ?? '');
    if (cleaned) return cleaned;
  }
  return undefined;
}

/** `[^<>]`, not `[^>]`: a text full of `<a` would otherwise cost quadratic time. */
function withoutTags(html: string | undefined): string | undefined {
  return html?.replaceAll(/<\/?[a-z][^<>]*>/gi, '');
}

function attachmentLine(attachments: Message['attachments']): string | undefined {
  if (attachments.length === 0) return undefined;
  const names = attachments.slice(0, 5).map(attachmentName);
  const more = attachments.length > names.length ? ', …' : '';
  return `📎 ${attachments.length} attachment${attachments.length === 1 ? '' : 's'}: ${names.join(', ')}${more}`;
}

function attachmentName(attachment: Message['attachments'][number]): string {
  const names = [attachment?.fallback_title, fileName(attachment?.data_url), attachment?.file_type, 'file'];
  return names.map((name) => cleanLine(name ?? '', 80)).find((name) => name !== '') ?? 'file';
}

/** The last part of the link's path; the link itself opens the file to anyone and is not kept. */
function fileName(url: string | undefined): string | undefined {
  const segment = URL.parse(url ?? '')
    ?.pathname.split('/')
    .at(-1);
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
