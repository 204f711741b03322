import type { NewInboundEvent } from '../../inbound/inbound-store.ts';
import { withoutSecrets } from '../redact.ts';
import type { Listed, ListedMessage } from './missed.ts';

/** What the events of an account contain and REST answers do not. */
export type Account = Readonly<{ id: number; inboxName: (id: number | undefined) => string | undefined }>;

/**
 * A message that came without a webhook, as the webhook would have sent it: its content key is the same, so a webhook
 * that arrives late is a duplicate.
 */
export function messageEvent(
  listed: Listed,
  message: ListedMessage,
  account: Account,
  receivedAt: Date,
): NewInboundEvent {
  const body = {
    ...message,
    event: 'message_created',
    account: { id: account.id },
    inbox: { id: listed.inbox_id, name: account.inboxName(listed.inbox_id) },
    conversation: conversationBody(listed, account),
  };
  return stored('message_created', `reconcile:message:${account.id}:${message.id}`, body, receivedAt);
}

/** The state of a conversation. One of each version is enough, however often it is listed. */
export function conversationEvent(listed: Listed, account: Account, receivedAt: Date): NewInboundEvent {
  const body = { ...conversationBody(listed, account), event: reconciled };
  return stored(reconciled, `reconcile:conversation:${account.id}:${listed.id}:${listed.updated_at}`, body, receivedAt);
}

const reconciled = 'reconciled.conversation';

/** REST leaves `assignee` out where nobody is assigned; webhooks send null. */
function conversationBody(listed: Listed, account: Account) {
  const { last_non_activity_message: _, ...conversation } = listed;
  return { ...conversation, account: { id: account.id }, meta: { assignee: null, ...listed.meta } };
}

function stored(event: string, deliveryId: string, body: object, receivedAt: Date): NewInboundEvent {
  const rawBody = Buffer.from(JSON.stringify(body));
  const redacted = withoutSecrets(rawBody, { ok: true, value: body });
  return { source: 'chatwoot', event, deliveryId, headers: {}, body: redacted, receivedAt };
}
