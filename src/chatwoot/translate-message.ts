import { createHash } from 'node:crypto';
import type { SourceChange, Translation } from '../sources/source-event.ts';
import { cleanLine } from '../sources/clean-text.ts';
import { instantOf } from '../sources/attributes.ts';
import { transcribedWords } from './attachment-text.ts';
import { customerDetails } from './customer-details.ts';
import { messageText } from './message-text.ts';
import { bodyHash, conversationSchema, type Message } from './payload.ts';
import { accountOf, type ChatwootPlace, conversationUrl } from './place.ts';
import { severityOf } from './priority.ts';
import type { Verdict } from './verdict.ts';

type MessageVerdict = Extract<Verdict, { kind: 'wrote' | 'transcribed' | 'answered' }>;

/** A customer wrote or was transcribed, or a person answered. */
export function translateMessage(
  message: Message,
  { kind, conversationId }: MessageVerdict,
  rawBody: Buffer,
  place: ChatwootPlace,
): Translation {
  const { conversation = conversationSchema.parse({}) } = message;
  const account = accountOf([message.account?.id, conversation.account?.id, conversation.messages?.account_id], place);
  const isFromCustomer = kind !== 'answered';
  const text = isFromCustomer ? messageText(message) : undefined;
  const url = conversationUrl(place, account, conversationId);
  const property = cleanLine(message.inbox?.name ?? '');
  const change = (): SourceChange => {
    switch (kind) {
      case 'answered':
        return { kind, by: cleanLine(message.sender?.name ?? '') || undefined };
      case 'wrote':
        return { kind, severity: severityOf(conversation, text), trigger: 'USER_INITIATED' };
      case 'transcribed':
        return { kind, severity: severityOf(conversation, text) };
    }
  };
  const key = `${account}:${message.id ?? bodyHash(rawBody)}`;
  return {
    kind: 'event',
    event: {
      subject: { source: 'chatwoot', kind: 'conversation', account, externalId: conversationId },
      change: change(),
      details: {
        ...customerDetails(conversation, isFromCustomer ? message.sender : undefined),
        ...(text && { message: text }),
        ...(property && { property }),
        ...(url && { url }),
      },
      at: instantOf(message.created_at ?? message.message?.created_at),
      version: conversation.updated_at,
      // Chatwoot updates a message for many reasons: its words count once.
      contentKey: kind === 'transcribed' ? `transcribed:${key}:${hashOfWords(message)}` : `message_created:${key}`,
    },
  };
}

function hashOfWords({ attachments }: Message): string {
  return createHash('sha1')
    .update(transcribedWords(attachments) ?? '')
    .digest('base64url');
}
