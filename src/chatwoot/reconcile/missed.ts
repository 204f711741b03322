import { z } from 'zod';
import { regraded } from '../../incidences/desk-severity.ts';
import { type Incidence, risen } from '../../incidences/incidence.ts';
import { isSameSecond, untilReply } from '../../incidences/snooze.ts';
import type { SeverityRules } from '../../sources/severity-rules.ts';
import { conversationSchema } from '../payload.ts';
import { deskSeverityOf, isGraded, severityOf } from '../priority.ts';
import { snoozedUntilIn } from '../translate-conversation.ts';
import { verdictOf } from '../verdict.ts';

/** A conversation as `GET conversations` lists it, whole: what is imported is a stored event of its own. */
const listedSchema = z.looseObject({
  id: z.number(),
  status: z.string(),
  updated_at: z.number(),
  inbox_id: z.number().optional().catch(undefined),
  meta: z.looseObject({}).catch({}),
  last_non_activity_message: z.looseObject({ id: z.number(), created_at: z.number() }).nullish().catch(undefined),
});
export type Listed = z.infer<typeof listedSchema>;
export type ListedMessage = NonNullable<Listed['last_non_activity_message']>;

export function readListed(value: unknown): Listed | undefined {
  return listedSchema.safeParse(value).data;
}

/** What is stored here about a conversation. */
export type KnownConversation = Readonly<{
  incidence:
    | Pick<
        Incidence,
        | 'status'
        | 'severity'
        | 'severityJudged'
        | 'deskSeverity'
        | 'deskSeveritySending'
        | 'deskStatus'
        | 'deskStatusSending'
        | 'deskSnoozedUntil'
        | 'deskVersion'
        | 'detailsVersion'
        | 'messageRef'
        | 'assignee'
        | 'additionalInfo'
      >
    | undefined;
  /** Whether the conversation's last message was received before. */
  hasLastMessage: boolean;
}>;

export type Missed = Readonly<{ message: boolean; state: boolean }>;

/**
 * What of a conversation came by no webhook: its last message, or its state. Only differences count: Chatwoot raises
 * `updated_at` for much that it sends no webhook for. Messages from before `since` were compared long ago.
 */
export function missedOf(listed: Listed, known: KnownConversation, rules: SeverityRules, since: Date): Missed {
  return { message: missesMessage(listed, known, since), state: missesState(listed, known, rules) };
}

/**
 * Whether its messages are worth reading although the last one is known: one before it may have come by no webhook, which
 * the list does not show. Only while somebody is to answer.
 */
export function mayMissMore(listed: Listed, { incidence }: KnownConversation, since: Date): boolean {
  const last = listed.last_non_activity_message;
  const isAwaited = incidence !== undefined && incidence.status !== 'closed' && listed.status !== 'pending';
  return isAwaited && !!last && last.created_at * 1000 >= since.getTime();
}

/** Those of these messages that an open incidence should know: what came before a bot handed over was for the bot. */
export function concerning(messages: readonly ListedMessage[], { id, status }: Listed): ListedMessage[] {
  const kindOf = (message: ListedMessage) => verdictOf('message_created', { ...message, conversation: { id, status } });
  const byBot = messages.findLastIndex((message) => {
    const verdict = kindOf(message);
    return verdict.kind === 'ignored' && verdict.reason === 'bot-message';
  });
  return messages.slice(byBot + 1).filter((message) => ['wrote', 'answered'].includes(kindOf(message).kind));
}

function missesMessage(listed: Listed, { incidence, hasLastMessage }: KnownConversation, since: Date): boolean {
  const last = listed.last_non_activity_message;
  if (!last || hasLastMessage || last.created_at * 1000 < since.getTime()) return false;
  // A bot handed the conversation over with this message, or a newer one stands on the card.
  if (incidence?.messageRef && Number(incidence.messageRef) >= last.id) return false;
  const { kind } = verdictOf('message_created', { ...last, conversation: { id: listed.id, status: listed.status } });
  return kind === 'wrote' || (kind === 'answered' && incidence !== undefined);
}

function missesState(listed: Listed, { incidence }: KnownConversation, rules: SeverityRules): boolean {
  const conversation = conversationSchema.parse(listed);
  const { status } = listed;
  if (!incidence) return status === 'open' && conversation.waiting_since !== undefined;
  // Being written this moment.
  if (incidence.deskStatusSending !== null) return false;
  if (incidence.deskVersion === null || listed.updated_at > incidence.deskVersion) {
    const isKnown = incidence.deskStatus ?? (incidence.status === 'closed' ? status : 'open');
    if (isKnown !== status) return true;
    const { deskSnoozedUntil: known } = incidence;
    if (status === 'snoozed' && known && !isSameSecond(snoozedUntilIn(conversation) ?? untilReply, known)) return true;
  }
  if (incidence.status === 'closed') return false;
  if (incidence.detailsVersion !== null && listed.updated_at <= incidence.detailsVersion) return false;
  const { assignee } = conversation.meta ?? {};
  const name = assignee && assignee.type !== 'agent_bot' ? (assignee.name ?? null) : null;
  if (name !== null && name !== incidence.assignee) return true;
  const labels = (conversation.labels ?? []).join(', ');
  if (labels !== (incidence.additionalInfo['labels'] ?? '')) return true;
  if (regraded(incidence, { deskSeverity: deskSeverityOf(conversation.priority) })) return true;
  if (!isGraded(conversation, rules)) return false;
  return risen(incidence, severityOf(conversation, undefined, rules)) !== incidence.severity;
}
