import {
  type Attachment,
  type Bot,
  type Contact,
  type Conversation,
  type Message,
  messageTypes,
  type User,
} from './records.ts';
import type { World } from './world.ts';

/** Pieces that the bodies of webhooks and the answers of the REST interface have in common (Chatwoot 4.15). */
export function contactJson(contact: Contact) {
  return {
    additional_attributes: {},
    custom_attributes: contact.customAttributes,
    email: contact.email,
    id: contact.id,
    identifier: contact.identifier,
    name: contact.name,
    phone_number: contact.phone,
    thumbnail: '',
    blocked: false,
  };
}

export function userJson(user: User, availability: string | null) {
  const { id, name } = user;
  const short = name.split(' ')[0];
  return {
    id,
    name,
    available_name: short,
    avatar_url: '',
    type: 'user',
    availability_status: availability,
    thumbnail: '',
  };
}

export function botJson({ id, name }: Bot) {
  return { id, name, avatar_url: '', type: 'agent_bot' };
}

export function isUser(assignee: User | Bot): assignee is User {
  return 'role' in assignee;
}

export function attachmentJson(world: World, baseUrl: string, message: Message, attachment: Attachment) {
  const url = `${baseUrl}/rails/active_storage/blobs/redirect/${attachment.id}/${encodeURIComponent(attachment.fileName)}`;
  return {
    id: attachment.id,
    message_id: message.id,
    file_type: attachment.fileType,
    account_id: world.accountId,
    extension: null,
    content_type: attachment.contentType,
    data_url: url,
    thumb_url: attachment.fileType === 'image' ? url : '',
    file_size: attachment.bytes.length,
    width: null,
    height: null,
  };
}

/** `push_event_data`: a message as an element of `conversation.messages`. */
export function messageInConversation(world: World, baseUrl: string, conversation: Conversation, message: Message) {
  const { sender } = message;
  const attachments = message.attachments.map((one) => attachmentJson(world, baseUrl, message, one));
  return {
    id: message.id,
    content: message.content,
    account_id: world.accountId,
    inbox_id: conversation.inbox.id,
    conversation_id: conversation.id,
    message_type: messageTypes.indexOf(message.type),
    created_at: epoch(message.createdAt),
    updated_at: message.updatedAt.toISOString(),
    private: message.private,
    status: message.status,
    source_id: message.sourceId,
    content_type: 'text',
    content_attributes: message.contentAttributes,
    sender_type: sender ? { user: 'User', bot: 'AgentBot', contact: 'Contact' }[sender.kind] : null,
    sender_id: sender ? senderId(message) : null,
    external_source_ids: {},
    additional_attributes: {},
    processed_message_content: message.content,
    sentiment: {},
    conversation: {
      assignee_id: conversation.assignee?.id ?? null,
      unread_count: unreadCount(conversation),
      last_activity_at: epoch(conversation.lastActivityAt),
      contact_inbox: { source_id: conversation.uuid },
    },
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(sender ? { sender: senderJson(message, null) } : {}),
  };
}

export function senderJson({ sender }: Message, availability: string | null) {
  if (!sender) return null;
  if (sender.kind === 'contact') return { ...contactJson(sender.contact), type: 'contact' };
  return sender.kind === 'user' ? userJson(sender.user, availability) : botJson(sender.bot);
}

function senderId({ sender }: Message): number | null {
  if (!sender) return null;
  return sender.kind === 'user' ? sender.user.id : sender.kind === 'bot' ? sender.bot.id : sender.contact.id;
}

/** Chatwoot counts no further than ten. */
export function unreadCount({ messages }: Conversation): number {
  const lastAnswer = messages.findLastIndex((one) => one.type === 'outgoing' && !one.private);
  return Math.min(messages.slice(lastAnswer + 1).filter((one) => one.type === 'incoming').length, 10);
}

export function epoch(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

export function epochOrZero(at: Date | null): number {
  return at ? epoch(at) : 0;
}
