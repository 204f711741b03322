import { cleanText } from '../sources/clean-text.ts';
import { attachmentLines, transcribedWords } from './attachment-text.ts';
import type { Conversation, Message } from './payload.ts';

/**
 * The customer's own words in a message. Of an e-mail the new part alone: Chatwoot calls it `quoted`,
 * while `content` and `reply` carry the history. Transcribed voice messages follow; without any text, the attachments.
 */
export function messageText(message: Message): string | undefined {
  const email = message.content_attributes?.email;
  const candidates = [
    email?.text_content?.quoted,
    withoutTags(email?.html_content?.quoted),
    message.content,
    message.message?.content,
  ];
  return withAttachments(firstOf(candidates), message.attachments);
}

/** The last public message of a conversation, when the customer wrote it: it may as well be a bot's or a template. */
export function lastCustomerText(conversation: Conversation): string | undefined {
  const last = conversation.messages;
  if (last?.message_type !== 'incoming' || last.private) return undefined;
  return withAttachments(firstOf([last.processed_message_content, last.content]), last.attachments);
}

function withAttachments(text: string | undefined, attachments: Message['attachments']): string | undefined {
  const words = [text, transcribedWords(attachments)].filter(Boolean).join('\n');
  return words || attachmentLines(attachments);
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
