import type { Translation } from '../inbound/source.ts';
import { cleanLine } from '../incidences/clean-text.ts';
import { instantOf } from '../incidences/context-attributes.ts';
import type { SourceChange } from '../incidences/source-event.ts';
import { customerDetails } from './customer-details.ts';
import { messageText } from './message-text.ts';
import { bodyHash, type Conversation, type Message, type MessageType } from './payload.ts';
import { accountOf, type ChatwootPlace, conversationUrl } from './place.ts';
import { severityOf } from './priority.ts';

/** `message_created`: a customer wrote, a person answered, or it concerns nobody. */
export function translateMessage(message: Message, rawBody: Buffer, place: ChatwootPlace): Translation {
  const conversation = message.conversation;
  if (!conversation?.id) return { kind: 'drift', reason: 'no conversation id' };
  // The nested shape of the customer's own relays names no type: it forwards what customers write.
  const type = message.message_type ?? (message.message ? 'incoming' : undefined);
  if (type === undefined) return { kind: 'drift', reason: 'unknown message type' };

  const change = changeOfMessage(type, message, conversation);
  if (typeof change === 'string') return { kind: 'ignored', reason: change };

  const account = accountOf([message.account?.id, conversation.account?.id, conversation.messages?.account_id], place);
  const text = change.kind === 'wrote' ? messageText(message) : undefined;
  const url = conversationUrl(place, account, conversation.id);
  const property = cleanLine(message.inbox?.name ?? '');
  return {
    kind: 'event',
    event: {
      subject: { source: 'chatwoot', kind: 'conversation', account, externalId: conversation.id },
      change,
      details: {
        ...customerDetails(conversation, change.kind === 'wrote' ? message.sender : undefined),
        ...(text && { message: text }),
        ...(property && { property }),
        ...(url && { url }),
      },
      at: instantOf(message.created_at ?? message.message?.created_at),
      version: conversation.updated_at,
      contentKey: `message_created:${account}:${message.id ?? bodyHash(rawBody)}`,
    },
  };
}

/** What a new message does, or why it concerns nobody. */
function changeOfMessage(type: MessageType, message: Message, conversation: Conversation): SourceChange | string {
  if (message.private) return 'private-note';
  switch (type) {
    case 'activity':
      return 'activity';
    case 'template':
      return 'template';
    case 'outgoing':
      if (message.content_attributes?.automation_rule_id) return 'automation';
      if (message.sender?.type !== 'user') return message.sender ? 'bot-message' : 'automation';
      return { kind: 'answered', by: cleanLine(message.sender.name ?? '') || undefined };
    case 'incoming':
      if (conversation.status === 'pending') return 'with-bot';
      if (message.content_attributes?.email?.auto_reply) return 'auto-reply';
      return { kind: 'wrote', severity: severityOf(conversation, messageText(message)), trigger: 'USER_INITIATED' };
  }
}
