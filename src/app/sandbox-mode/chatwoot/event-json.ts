import {
  attachmentJson,
  botJson,
  contactJson,
  epoch,
  epochOrZero,
  isUser,
  messageInConversation,
  unreadCount,
  userJson,
} from './parts-json.ts';
import type { Conversation, Message, PeerEvent } from './records.ts';
import type { World } from './world.ts';

/** The body of a webhook, from what is true now: two quick changes can arrive as two bodies with the last state. */
export function eventJson(world: World, baseUrl: string, event: PeerEvent): object {
  switch (event.event) {
    case 'message_created':
    case 'message_updated':
      return { ...messageJson(world, baseUrl, event.conversation, event.message), event: event.event };
    case 'conversation_created':
      return { ...conversationJson(world, baseUrl, event.conversation), event: event.event };
    case 'conversation_status_changed':
      return { ...conversationJson(world, baseUrl, event.conversation), event: event.event, changed_attributes: null };
    case 'conversation_updated': {
      const changed = event.changed.map(([name, before, after]) => ({
        [name]: { previous_value: before, current_value: after },
      }));
      return {
        ...conversationJson(world, baseUrl, event.conversation),
        event: event.event,
        changed_attributes: changed.length > 0 ? changed : null,
      };
    }
  }
}

/** As Rails writes JSON: the bytes differ from those of `JSON.stringify` on the parsed body. */
export function railsJson(body: object): string {
  return JSON.stringify(body).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `Conversations::EventDataPresenter#webhook_data`. */
function conversationJson(world: World, baseUrl: string, conversation: Conversation) {
  const { contact, inbox, assignee } = conversation;
  const last = conversation.messages.findLast((one) => one.type !== 'activity' && !one.private);
  return {
    additional_attributes: {},
    can_reply: conversation.canReply,
    channel: inbox.channel,
    contact_inbox: {
      id: 60_000 + conversation.id,
      contact_id: contact.id,
      inbox_id: inbox.id,
      source_id: conversation.uuid,
      created_at: conversation.createdAt.toISOString(),
      updated_at: conversation.createdAt.toISOString(),
      hmac_verified: false,
      pubsub_token: `FAKEpubsubTOKEN${conversation.id}xxxxxxx`,
    },
    id: conversation.id,
    inbox_id: inbox.id,
    messages: last ? [messageInConversation(world, baseUrl, conversation, last)] : [],
    labels: conversation.labels,
    meta: {
      sender: { ...contactJson(contact), type: 'contact' },
      assignee: assignee ? (isUser(assignee) ? userJson(assignee, null) : botJson(assignee)) : null,
      assignee_type: assignee ? (isUser(assignee) ? 'User' : 'AgentBot') : null,
      team: null,
      hmac_verified: false,
    },
    status: conversation.status,
    custom_attributes: conversation.customAttributes,
    snoozed_until: conversation.snoozedUntil?.toISOString() ?? null,
    unread_count: unreadCount(conversation),
    first_reply_created_at: conversation.firstReplyAt?.toISOString() ?? null,
    priority: conversation.priority,
    waiting_since: epochOrZero(conversation.waitingSince),
    agent_last_seen_at: 0,
    contact_last_seen_at: 0,
    last_activity_at: epoch(conversation.lastActivityAt),
    timestamp: epoch(conversation.lastActivityAt),
    created_at: epoch(conversation.createdAt),
    updated_at: conversation.updatedAt,
    account: { id: world.accountId, name: world.accountName },
  };
}

/** `Message#webhook_data`: no status and no version; `attachments` only where there are any. */
function messageJson(world: World, baseUrl: string, conversation: Conversation, message: Message) {
  const account = { id: world.accountId, name: world.accountName };
  const attachments = message.attachments.map((one) => attachmentJson(world, baseUrl, message, one));
  return {
    account,
    additional_attributes: {},
    content_attributes: message.contentAttributes,
    content_type: 'text',
    content: message.content,
    conversation: conversationJson(world, baseUrl, conversation),
    created_at: message.createdAt.toISOString(),
    id: message.id,
    inbox: { id: conversation.inbox.id, name: conversation.inbox.name },
    message_type: message.type,
    private: message.private,
    sender: senderOf(message, account),
    source_id: message.sourceId,
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}

/** Unlike inside a conversation: a contact has no `type`, a user has an e-mail address. */
function senderOf({ sender }: Message, account: object) {
  if (!sender) return null;
  if (sender.kind === 'contact') return { account, avatar: '', ...contactJson(sender.contact) };
  if (sender.kind === 'bot') return { id: sender.bot.id, name: sender.bot.name, type: 'agent_bot' };
  const { id, name, email } = sender.user;
  return { id, name, email, type: 'user' };
}
