import { cleanLine } from '../sources/clean-text.ts';
import type { DeskStatus } from '../sources/source-event.ts';
import { transcribedWords } from './attachment-text.ts';
import { type Decisive, decisiveSchema, inboxSchema } from './payload.ts';

type MessageKind = 'wrote' | 'transcribed' | 'answered' | 'rated' | 'send-failed' | 'receipt' | 'deleted';

/** What an event is about, decided by few fields: a third of what reading a large body whole costs. */
export type Verdict =
  /** The customer wrote, or Chatwoot transcribed a voice message. */
  | Readonly<{ kind: MessageKind; conversationId: string }>
  | Readonly<{ kind: 'status'; conversationId: string; status: DeskStatus }>
  /** An inbox lost its connection, or has it again. */
  | Readonly<{ kind: 'inbox'; state: 'lost' | 'back' }>
  | Readonly<{ kind: 'ignored' | 'drift'; reason: string }>;

const conversationEvents: readonly string[] = [
  'conversation_created',
  'conversation_opened',
  'conversation_resolved',
  'conversation_status_changed',
  'conversation_updated',
  'macro.executed',
  // Our own: what came without a webhook.
  'reconciled.conversation',
];

/** Asked twice: by the answer to the webhook, and by the translation. */
export function verdictOf(event: string, body: object): Verdict {
  switch (event) {
    case 'message_created':
      return verdictOfMessage(decisiveSchema.parse(body));
    case 'message_updated':
      return verdictOfUpdate(decisiveSchema.parse(body));
    case 'inbox_created':
    case 'inbox_updated':
      return verdictOfInbox(body);
    case 'conversation_typing_on':
    case 'conversation_typing_off':
      return ignored('typing');
    case 'webwidget_triggered':
      return ignored('widget-opened');
    case 'contact_created':
    case 'contact_updated':
      return ignored('contact');
  }
  // Automation rules send the conversation, whatever the rule was about.
  const isAboutConversation = conversationEvents.includes(event) || event.startsWith('automation_event.');
  if (!isAboutConversation) return drift(`unknown event ${cleanLine(event, 100)}`);
  const decisive = decisiveSchema.parse(body);
  return verdictOfConversation('id' in body ? decisive : decisive.conversation);
}

/** Whether an event shows in Telegram; an answer, its failure or a deletion only changes a card that stands. */
export function shows(event: string, body: object): boolean {
  return ['wrote', 'transcribed', 'rated', 'status', 'inbox'].includes(verdictOf(event, body).kind);
}

function verdictOfConversation(conversation: Pick<Decisive, 'id' | 'status'> | undefined): Verdict {
  if (conversation?.id === undefined) return drift('no conversation id');
  const status = deskStatusOf(conversation.status);
  if (!status) return drift(`unknown status ${cleanLine(conversation.status ?? 'missing', 50)}`);
  return { kind: 'status', conversationId: conversation.id, status };
}

export function deskStatusOf(status: string | undefined): DeskStatus | undefined {
  return statuses.find((name) => name === status);
}

const statuses: readonly DeskStatus[] = ['open', 'pending', 'snoozed', 'resolved'];

function verdictOfMessage(message: Decisive): Verdict {
  const conversationId = message.conversation?.id;
  if (conversationId === undefined) return drift('no conversation id');
  // The nested shape of the customer's own relays names no type: it forwards what customers write.
  const type = message.message_type ?? (message.message ? 'incoming' : undefined);
  const attributes = message.content_attributes;
  if (message.private && type !== undefined) return ignored('private-note');
  // Deleted before this was written down, in a webhook's job or when it was looked for.
  if (attributes?.deleted) return ignored('deleted');
  switch (type) {
    case undefined:
      return drift('unknown message type');
    case 'activity':
    case 'template':
      return ignored(type);
    case 'outgoing':
      // What we sent for a person, whoever's token it was sent with.
      if (attributes?.bellhop?.nonce) return { kind: 'answered', conversationId };
      if (attributes?.automation_rule_id) return ignored('automation');
      if (message.sender?.type !== 'user') return ignored(message.sender ? 'bot-message' : 'automation');
      return { kind: 'answered', conversationId };
    case 'incoming':
      if (message.conversation?.status === 'pending') return ignored('with-bot');
      return attributes?.email?.auto_reply ? ignored('auto-reply') : { kind: 'wrote', conversationId };
  }
}

/** Of the changes of a message these concern a person: it was deleted, rated badly, not delivered or transcribed. */
function verdictOfUpdate(message: Decisive): Verdict {
  const attributes = message.content_attributes;
  const about = (kind: MessageKind): Verdict => {
    const conversationId = message.conversation?.id;
    return conversationId === undefined ? drift('no conversation id') : { kind, conversationId };
  };
  if (attributes?.deleted) return message.private ? ignored('private-note') : about('deleted');
  const survey = attributes?.submitted_values?.csat_survey_response;
  if (survey) return survey.rating !== undefined && survey.rating <= worstRatings ? about('rated') : ignored('csat');
  if (attributes?.external_error) return message.message_type === 'outgoing' ? about('send-failed') : ignored('failed');
  if (attributes?.bellhop?.nonce && !message.private) return about('receipt');
  if (message.message_type !== 'incoming' || !transcribedWords(message.attachments)) return ignored('message-updated');
  const verdict = verdictOfMessage(message);
  return verdict.kind === 'wrote' ? { ...verdict, kind: 'transcribed' } : verdict;
}

/** Of 1 to 5: these ratings are an alert. */
const worstRatings = 2;

function verdictOfInbox(body: object): Verdict {
  const changes = inboxSchema.parse(body).changed_attributes;
  const isLost = changes.findLast((change) => change?.reauthorization_required)?.reauthorization_required
    ?.current_value;
  if (isLost === undefined) return ignored('inbox');
  return { kind: 'inbox', state: isLost ? 'lost' : 'back' };
}

function ignored(reason: string): Verdict {
  return { kind: 'ignored', reason };
}

function drift(reason: string): Verdict {
  return { kind: 'drift', reason };
}
