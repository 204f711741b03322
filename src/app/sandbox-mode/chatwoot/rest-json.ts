import {
  attachmentJson,
  botJson,
  contactJson,
  epoch,
  epochOrZero,
  isUser,
  messageInConversation,
  senderJson,
  unreadCount,
} from './parts-json.ts';
import { type Conversation, type Inbox, type Message, messageTypes, type User, type Webhook } from './records.ts';
import type { World } from './world.ts';

/** `_conversation.json.jbuilder`. `meta.assignee` is left out when nobody is; `messages[0]` may be of any kind. */
export function conversationJson(world: World, baseUrl: string, conversation: Conversation) {
  const { contact, inbox, assignee, messages } = conversation;
  const last = messages.at(-1);
  const lastSaid = messages.findLast(({ type }) => type !== 'activity');
  return {
    meta: {
      sender: {
        ...contactJson(contact),
        availability_status: 'offline',
        last_activity_at: epoch(conversation.lastActivityAt),
        created_at: epoch(conversation.createdAt),
      },
      channel: inbox.channel,
      ...(assignee
        ? {
            assignee: isUser(assignee) ? agentJson(world, assignee) : botJson(assignee),
            assignee_type: isUser(assignee) ? 'User' : 'AgentBot',
          }
        : {}),
      hmac_verified: false,
    },
    id: conversation.id,
    messages: last ? [messageInConversation(world, baseUrl, conversation, last)] : [],
    account_id: world.accountId,
    uuid: conversation.uuid,
    additional_attributes: {},
    agent_last_seen_at: 0,
    assignee_last_seen_at: 0,
    can_reply: conversation.canReply,
    contact_last_seen_at: 0,
    custom_attributes: conversation.customAttributes,
    inbox_id: inbox.id,
    labels: conversation.labels,
    muted: false,
    snoozed_until: conversation.snoozedUntil?.toISOString() ?? null,
    status: conversation.status,
    created_at: epoch(conversation.createdAt),
    updated_at: conversation.updatedAt,
    timestamp: epoch(conversation.lastActivityAt),
    first_reply_created_at: epochOrZero(conversation.firstReplyAt),
    unread_count: unreadCount(conversation),
    last_non_activity_message: lastSaid ? messageInConversation(world, baseUrl, conversation, lastSaid) : null,
    last_activity_at: epoch(conversation.lastActivityAt),
    priority: conversation.priority,
    waiting_since: epochOrZero(conversation.waitingSince),
    sla_policy_id: null,
  };
}

export function messageJson(world: World, baseUrl: string, conversation: Conversation, message: Message) {
  const attachments = message.attachments.map((one) => attachmentJson(world, baseUrl, message, one));
  return {
    id: message.id,
    content: message.content,
    inbox_id: conversation.inbox.id,
    ...(message.echoId === undefined ? {} : { echo_id: message.echoId }),
    conversation_id: conversation.id,
    message_type: messageTypes.indexOf(message.type),
    content_type: 'text',
    status: message.status,
    content_attributes: message.contentAttributes,
    created_at: epoch(message.createdAt),
    private: message.private,
    source_id: message.sourceId,
    ...(message.sender ? { sender: senderJson(message, 'online') } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}

export function agentJson(world: World, { id, name, email, role }: User) {
  return {
    id,
    account_id: world.accountId,
    availability_status: 'online',
    auto_offline: true,
    confirmed: true,
    email,
    provider: 'email',
    available_name: name.split(' ')[0],
    name,
    role,
    thumbnail: '',
    custom_role_id: null,
  };
}

export function webhookJson(world: World, { id, name, url, subscriptions, secret }: Webhook) {
  return { id, name, url, account_id: world.accountId, subscriptions, secret };
}

export function inboxJson({ id, name, channel }: Inbox) {
  return { id, channel_id: id, name, channel_type: channel, avatar_url: '', provider: null };
}
