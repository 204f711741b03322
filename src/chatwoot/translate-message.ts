import { createHash } from 'node:crypto';
import type { SourceChange, Translation } from '../sources/source-event.ts';
import { cleanLine, cleanText } from '../sources/clean-text.ts';
import { type Severity, worse } from '../sources/severity.ts';
import { instantOf } from '../sources/attributes.ts';
import { transcribedWords } from './attachment-text.ts';
import { customerDetails } from './customer-details.ts';
import { messageText } from './message-text.ts';
import { bodyHash, conversationSchema, type Message } from './payload.ts';
import { accountOf, conversationUrl, type Reading } from './place.ts';
import { severityOf } from './priority.ts';
import { deskStatusOf, type Verdict } from './verdict.ts';

type MessageVerdict = Extract<
  Verdict,
  { kind: 'wrote' | 'transcribed' | 'answered' | 'rated' | 'send-failed' | 'receipt' | 'deleted' }
>;

/** What a message, or a change of one, means: who wrote it, and what happened to it since. */
export function translateMessage(
  message: Message,
  verdict: MessageVerdict,
  { rawBody, place, rules }: Reading,
): Translation {
  const { kind, conversationId } = verdict;
  const { conversation = conversationSchema.parse({}) } = message;
  const account = accountOf([message.account?.id, conversation.account?.id, conversation.messages?.account_id], place);
  const isFromCustomer = kind === 'wrote' || kind === 'transcribed';
  const text = textOf(message, kind);
  const url = conversationUrl(place, account, conversationId);
  const property = cleanLine(message.inbox?.name ?? '');
  const inboxId = message.inbox?.id ?? conversation.inbox_id;
  const key = `${account}:${message.id ?? bodyHash(rawBody)}`;
  const version = conversation.updated_at;
  const writtenAt = instantOf(message.created_at ?? message.message?.created_at);
  return {
    kind: 'event',
    event: {
      subject: { source: 'chatwoot', kind: 'conversation', account, externalId: conversationId },
      change: changeOf(message, kind, severityOf(conversation, text, rules)),
      details: {
        ...customerDetails(conversation, isFromCustomer ? message.sender : undefined),
        ...(text && { message: text }),
        ...(property && { property }),
        ...(inboxId !== undefined && { inboxId }),
        ...(url && { url }),
      },
      // The survey was written when it was sent; its answer came later.
      at: kind === 'rated' ? (instantOf(version) ?? writtenAt) : writtenAt,
      version,
      message: message.id === undefined ? undefined : { ref: message.id, at: writtenAt },
      voidedBy: kind === 'deleted' || message.id === undefined ? undefined : deletionKey(account, message.id),
      contentKey: contentKeyOf(message, kind, key),
    },
  };
}

/** The content key of the deletion of a message. */
export function deletionKey(account: string, messageId: string): string {
  return `message_deleted:${account}:${messageId}`;
}

function changeOf(message: Message, kind: MessageVerdict['kind'], severity: Severity): SourceChange {
  switch (kind) {
    case 'answered':
      // Our own token's owner did not answer; the person's name stands under the text.
      return { kind, by: nonceOf(message) ? undefined : cleanLine(message.sender?.name ?? '') || undefined };
    case 'wrote':
      return { kind, severity, trigger: 'USER_INITIATED', status: deskStatusOf(message.conversation?.status) };
    case 'transcribed':
      return { kind, severity };
    case 'rated': {
      const rating = surveyOf(message)?.rating ?? 1;
      const status = deskStatusOf(message.conversation?.status);
      return { kind, severity: worse(rating === 1 ? 'high' : 'medium', severity), rating, status };
    }
    case 'send-failed':
      return {
        kind,
        reason: cleanLine(message.content_attributes?.external_error ?? '', 300),
        nonce: nonceOf(message),
      };
    case 'receipt':
      return { kind, nonce: nonceOf(message) ?? '', status: receiptOf(message) };
    case 'deleted':
      return { kind };
  }
}

function textOf(message: Message, kind: MessageVerdict['kind']): string | undefined {
  switch (kind) {
    case 'wrote':
    case 'transcribed':
      return messageText(message);
    case 'rated':
      return cleanText(surveyOf(message)?.feedback_message ?? '') || undefined;
    case 'answered':
    case 'send-failed':
    case 'receipt':
    case 'deleted':
      return undefined;
  }
}

/** Chatwoot updates a message for many reasons: what each means counts once. */
function contentKeyOf(message: Message, kind: MessageVerdict['kind'], key: string): string {
  switch (kind) {
    case 'wrote':
    case 'answered':
      return `message_created:${key}`;
    case 'transcribed':
      return `transcribed:${key}:${hashOf(transcribedWords(message.attachments))}`;
    case 'rated':
      return `rated:${key}:${surveyOf(message)?.rating}:${hashOf(surveyOf(message)?.feedback_message)}`;
    case 'send-failed':
      return `send_failed:${key}:${hashOf(message.content_attributes?.external_error)}`;
    case 'receipt':
      return `receipt:${key}:${receiptOf(message)}`;
    case 'deleted':
      return `message_deleted:${key}`;
  }
}

function nonceOf({ content_attributes: attributes }: Message): string | undefined {
  return attributes?.bellhop?.nonce;
}

/** A message's status stands only in its copy inside the conversation, and only while it is the last public one. */
function receiptOf({ id, conversation }: Message): 'sent' | 'delivered' | 'read' {
  const last = conversation?.messages;
  const status = last?.id === id ? last?.status : undefined;
  return status === 'delivered' || status === 'read' ? status : 'sent';
}

function surveyOf({ content_attributes: attributes }: Message) {
  return attributes?.submitted_values?.csat_survey_response;
}

function hashOf(text: string | undefined): string {
  return createHash('sha1')
    .update(text ?? '')
    .digest('base64url');
}
