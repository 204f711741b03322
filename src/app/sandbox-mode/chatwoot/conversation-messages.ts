import { changeConversation } from './change.ts';
import { addMessage, type NewMessage, updateMessage } from './messages.ts';
import type { Contact, Conversation, Inbox, Message } from './records.ts';
import { newContact, newConversation, type World } from './world.ts';

/** The customer's first message: a conversation is created with it. */
export function openConversation(world: World, contact: Contact, inbox: Inbox, content: string | null): Conversation {
  const conversation = newConversation(world, contact, inbox);
  conversation.waitingSince = world.now();
  world.emit({ event: 'conversation_created', conversation });
  if (content !== null) {
    addMessage(world, conversation, { type: 'incoming', content, sender: { kind: 'contact', contact } });
  }
  return conversation;
}

/** A conversation that others know of already, such as one that an alert was about: no webhook reports it. */
export function adoptConversation(world: World, id: number, given: Partial<Contact> = {}): Conversation {
  const contact = newContact(world, { name: `Customer of #${id}`, email: null, phone: null, ...given });
  const [inbox] = world.inboxes;
  if (!inbox) throw new Error('a Chatwoot without inboxes');
  return newConversation(world, contact, inbox, id);
}

/** A message of the customer wakes a snoozed conversation and reopens a resolved one. */
export function addCustomerMessage(
  world: World,
  conversation: Conversation,
  content: string,
  attributes: Record<string, unknown> = {},
): Message {
  const { contact } = conversation;
  const message = addMessage(world, conversation, {
    type: 'incoming',
    content,
    contentAttributes: attributes,
    sender: { kind: 'contact', contact },
  });
  const isAwake = conversation.status === 'open' || conversation.status === 'pending';
  changeConversation(world, conversation, {
    ...(isAwake ? {} : { status: 'open' as const }),
    ...(conversation.waitingSince ? {} : { waitingSince: world.now() }),
  });
  return message;
}

/**
 * An outgoing message. A private note stops no clock; a public message of a user is the first reply and ends the wait, one
 * of a bot only ends the wait. Outside the channel's window it fails after it was stored.
 */
export function addOutgoingMessage(world: World, conversation: Conversation, given: Omit<NewMessage, 'type'>): Message {
  const message = addMessage(world, conversation, { ...given, type: 'outgoing' });
  if (message.private) return message;
  if (given.sender?.kind === 'user') conversation.firstReplyAt ??= message.createdAt;
  changeConversation(world, conversation, { waitingSince: null });
  if (!conversation.canReply) failMessage(world, conversation, message, 'Outside of the 24 hour messaging window');
  return message;
}

export function failMessage(world: World, conversation: Conversation, message: Message, reason: string): void {
  const contentAttributes = { ...message.contentAttributes, external_error: reason };
  updateMessage(world, conversation, message, { status: 'failed', contentAttributes });
}
