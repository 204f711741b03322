import type { Translation } from '../inbound/source.ts';
import { cleanLine } from '../incidences/clean-text.ts';
import { instantOf } from '../incidences/context-attributes.ts';
import type { DeskStatus } from '../incidences/source-event.ts';
import { customerDetails } from './customer-details.ts';
import { lastCustomerText } from './message-text.ts';
import { bodyHash, type Conversation, conversationSchema, messageSchema } from './payload.ts';
import { accountOf, type ChatwootPlace, conversationUrl } from './place.ts';
import { severityOf } from './priority.ts';

const names: readonly string[] = [
  'conversation_created',
  'conversation_opened',
  'conversation_resolved',
  'conversation_status_changed',
  'conversation_updated',
  'macro.executed',
];

/** Automation rules send the conversation, whatever the rule was about. */
export function isAboutConversation(event: string): boolean {
  return names.includes(event) || event.startsWith('automation_event.');
}

/** Every event about a conversation says its present state, whatever it is called. */
export function translateConversation(event: string, body: object, rawBody: Buffer, place: ChatwootPlace): Translation {
  const conversation = conversationIn(body);
  if (!conversation?.id) return { kind: 'drift', reason: 'no conversation id' };
  const status = deskStatusOf(conversation.status);
  if (!status) return { kind: 'drift', reason: `unknown status ${cleanLine(conversation.status ?? 'missing', 50)}` };

  const account = accountOf([conversation.account?.id, conversation.messages?.account_id], place);
  const needsPerson =
    status === 'open' && (becameOpen(event, conversation) || conversation.waiting_since !== undefined);
  const text = lastCustomerText(conversation);
  const severity = needsPerson || conversation.priority ? severityOf(conversation, text) : undefined;
  const url = conversationUrl(place, account, conversation.id);
  const version = conversation.updated_at;
  return {
    kind: 'event',
    event: {
      subject: { source: 'chatwoot', kind: 'conversation', account, externalId: conversation.id },
      change: { kind: 'status', status, needsPerson, severity },
      details: { ...customerDetails(conversation, undefined), ...(text && { message: text }), ...(url && { url }) },
      at: instantOf(version ?? conversation.last_activity_at ?? conversation.created_at),
      version,
      contentKey: `${event}:${account}:${conversation.id}:${version === undefined ? bodyHash(rawBody) : `${version}:${status}`}`,
    },
  };
}

/** The conversation is the body itself; relays nest it beside its account and sender. */
function conversationIn(body: object): Conversation | undefined {
  if ('id' in body) return conversationSchema.parse(body);
  const { conversation, account, sender } = messageSchema.parse(body);
  if (!conversation) return undefined;
  return { ...conversation, account: account ?? conversation.account, meta: conversation.meta ?? { sender } };
}

function becameOpen(event: string, conversation: Conversation): boolean {
  if (conversation.changed_attributes.some((change) => change?.status?.current_value === 'open')) return true;
  const name = event.replace(/^automation_event\./, '');
  return ['conversation_created', 'conversation_opened', 'conversation_status_changed'].includes(name);
}

export function deskStatusOf(status: string | undefined): DeskStatus | undefined {
  const known: readonly DeskStatus[] = ['open', 'pending', 'snoozed', 'resolved'];
  return known.find((name) => name === status);
}
