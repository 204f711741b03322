import type { Translation } from '../sources/source-event.ts';
import { cleanId, cleanLine } from '../sources/clean-text.ts';
import { instantOf } from '../sources/attributes.ts';
import { customerDetails } from './customer-details.ts';
import { lastCustomerText } from './message-text.ts';
import { bodyHash, type Conversation } from './payload.ts';
import { accountOf, conversationUrl, type Reading } from './place.ts';
import { deskSeverityOf, isGraded, severityOf } from './priority.ts';
import { deletionKey } from './translate-message.ts';
import type { Verdict } from './verdict.ts';

/** Every event about a conversation carries its current state, whatever the event's name. */
export function translateConversation(
  event: string,
  conversation: Conversation,
  { conversationId, status }: Extract<Verdict, { kind: 'status' }>,
  { rawBody, place, rules }: Reading,
): Translation {
  const account = accountOf([conversation.account?.id, conversation.messages?.account_id], place);
  const needsPerson =
    status === 'open' && (becameOpen(event, conversation) || conversation.waiting_since !== undefined);
  const text = lastCustomerText(conversation);
  const severity = needsPerson || isGraded(conversation, rules) ? severityOf(conversation, text, rules) : undefined;
  const url = conversationUrl(place, account, conversationId);
  const version = conversation.updated_at;
  const last = conversation.messages;
  const shown = text && last?.id !== undefined ? { ref: last.id, at: instantOf(last.created_at) } : undefined;
  return {
    kind: 'event',
    event: {
      subject: { source: 'chatwoot', kind: 'conversation', account, externalId: conversationId },
      change: {
        kind: 'status',
        status,
        needsPerson,
        severity,
        deskSeverity: deskSeverityOf(conversation.priority),
        slaMissed: slaMissedIn(conversation),
        ...(status === 'snoozed' && { snoozedUntil: snoozedUntilIn(conversation) }),
      },
      details: {
        ...customerDetails(conversation, undefined),
        ...(text && { message: text }),
        ...(url && { url }),
        ...(conversation.inbox_id !== undefined && { inboxId: conversation.inbox_id }),
      },
      at: instantOf(version ?? conversation.last_activity_at ?? conversation.created_at),
      version,
      message: shown,
      voidedBy: shown && deletionKey(account, shown.ref),
      contentKey: `${cleanId(event)}:${account}:${conversationId}:${version === undefined ? bodyHash(rawBody) : `${version}:${status}`}`,
    },
  };
}

export function snoozedUntilIn({ snoozed_until: until }: Conversation): Date | null | undefined {
  return until === null ? null : instantOf(until);
}

function slaMissedIn({ sla_events: events }: Conversation): string[] | undefined {
  const missed = events?.map((event) => cleanLine(event?.event_type ?? '', 20)).filter(Boolean);
  return missed && [...new Set(missed)].toSorted();
}

function becameOpen(event: string, conversation: Conversation): boolean {
  if (conversation.changed_attributes.some((change) => change?.status?.current_value === 'open')) return true;
  const name = event.replace(/^automation_event\./, '');
  return ['conversation_created', 'conversation_opened', 'conversation_status_changed'].includes(name);
}
