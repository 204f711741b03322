import { type Change, changeConversation } from './change.ts';
import { deleteMessage, updateMessage } from './messages.ts';
import type { Contact, Conversation, Message, User } from './records.ts';
import { failMessage, addCustomerMessage, openConversation, addOutgoingMessage } from './conversation-messages.ts';
import { newContact, token, type World } from './world.ts';

/** What customers, agents and the operator do in Chatwoot itself: each tells the webhooks, as there. */
export type PeerControl = Readonly<{
  addContact: (given: Partial<Omit<Contact, 'id'>>) => Contact;
  /** A new conversation; without `content` nobody has written yet. */
  open: (given?: { contact?: Contact; inboxId?: number; content?: string | null }) => Conversation;
  customerWrites: (id: number, content: string) => Message;
  agentWrites: (id: number, content: string, options?: { private?: boolean; userId?: number }) => Message;
  change: (id: number, change: Change, userId?: number) => void;
  setCanReply: (id: number, canReply: boolean) => void;
  receipt: (id: number, messageId: number, status: 'delivered' | 'read') => void;
  failMessage: (id: number, messageId: number, reason: string) => void;
  deleteMessage: (id: number, messageId: number) => void;
  /** Tells nobody: Chatwoot has no event for it. */
  deleteConversation: (id: number) => void;
  addCannedResponse: (shortCode: string, content: string) => void;
  addWebhook: (url: string, secret: string, subscriptions?: readonly string[]) => void;
  /** The old token of that user is worth nothing any more. */
  replaceToken: (userId: number) => string;
  user: (id: number) => User;
  conversation: (id: number) => Conversation;
}>;

/** What the README tells people to subscribe to. */
const usualSubscriptions = [
  'conversation_created',
  'conversation_status_changed',
  'conversation_updated',
  'message_created',
  'message_updated',
];

const priya = 31;

export function createControl(world: World): PeerControl {
  const conversation = (id: number) => found(world.conversations.get(id), `conversation ${id}`);
  const user = (id: number) =>
    found(
      world.users.find((one) => one.id === id),
      `user ${id}`,
    );
  const messageOf = (id: number, messageId: number) =>
    found(
      conversation(id).messages.find((one) => one.id === messageId),
      `message ${messageId}`,
    );
  const addContact: PeerControl['addContact'] = (given) => newContact(world, given);

  return {
    addContact,
    open: ({ contact = addContact({}), inboxId = 12, content = 'Where is my payment???' } = {}) => {
      const inbox = found(
        world.inboxes.find(({ id }) => id === inboxId),
        `inbox ${inboxId}`,
      );
      return openConversation(world, contact, inbox, content);
    },
    customerWrites: (id, content) => addCustomerMessage(world, conversation(id), content),
    agentWrites: (id, content, { private: isPrivate = false, userId = priya } = {}) =>
      addOutgoingMessage(world, conversation(id), {
        content,
        private: isPrivate,
        sender: { kind: 'user', user: user(userId) },
      }),
    change: (id, change, userId = priya) =>
      changeConversation(world, conversation(id), change, { kind: 'user', user: user(userId) }),
    setCanReply: (id, canReply) => {
      conversation(id).canReply = canReply;
    },
    receipt: (id, messageId, status) => updateMessage(world, conversation(id), messageOf(id, messageId), { status }),
    failMessage: (id, messageId, reason) => failMessage(world, conversation(id), messageOf(id, messageId), reason),
    deleteMessage: (id, messageId) => deleteMessage(world, conversation(id), messageOf(id, messageId)),
    deleteConversation: (id) => void world.conversations.delete(id),
    addCannedResponse: (shortCode, content) =>
      void world.cannedResponses.push({ id: world.nextId('canned'), shortCode, content }),
    addWebhook: (url, secret, subscriptions = usualSubscriptions) =>
      void world.webhooks.push({ id: world.nextId('webhook'), name: 'Bellhop', url, secret, subscriptions }),
    replaceToken: (userId) => {
      user(userId).token = token();
      return user(userId).token;
    },
    user,
    conversation,
  };
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}
