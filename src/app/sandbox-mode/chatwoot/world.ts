import { randomBytes, randomUUID } from 'node:crypto';
import type { Bot, CannedResponse, Contact, Conversation, Inbox, PeerEvent, User, Webhook } from './records.ts';

/** One Chatwoot account and everybody in it. */
export type World = Readonly<{
  accountId: number;
  accountName: string;
  users: User[];
  bots: Bot[];
  inboxes: Inbox[];
  /** By display ID. */
  conversations: Map<number, Conversation>;
  contacts: Map<number, Contact>;
  webhooks: Webhook[];
  cannedResponses: CannedResponse[];
  now: () => Date;
  emit: (event: PeerEvent) => void;
  nextId: (kind: 'conversation' | 'message' | 'contact' | 'webhook' | 'attachment' | 'canned') => number;
  /** Gives a changed conversation its version, later than every earlier one, and tells the listeners. */
  touch: (conversation: Conversation) => void;
  onChange: (listener: () => void) => void;
  /** Whether a conversation is there as soon as somebody asks for its number. */
  adopts: boolean;
}>;

export type WorldOptions = Readonly<{
  now: () => Date;
  emit: (event: PeerEvent) => void;
  /** Conversations and messages are numbered from here, so that no number of an earlier run is used again. */
  firstId?: number;
  adopts?: boolean;
}>;

/** Two administrators and an agent, so that what a token of either role may do can be tried. */
export function createWorld({ now, emit, firstId, adopts = false }: WorldOptions): World {
  const ids = new Map<string, number>([
    ['conversation', firstId ?? 1840],
    ['message', firstId ?? 551_200],
    ['contact', 9040],
    ['webhook', 20],
  ]);
  const listeners: (() => void)[] = [];
  let version = 0;
  const inboxes: Inbox[] = [
    { id: 12, name: 'Website chat', channel: 'Channel::WebWidget' },
    { id: 14, name: 'WhatsApp', channel: 'Channel::Whatsapp' },
    { id: 15, name: 'Shop API', channel: 'Channel::Api' },
  ];
  return {
    accountId: 7,
    accountName: 'Meridian Play Support',
    users: [
      person(30, 'Bellhop', 'bellhop@meridianplay.test', 'administrator'),
      person(31, 'Priya Raman', 'priya@meridianplay.test', 'administrator'),
      person(32, 'Tomás Ferreira', 'tomas@meridianplay.test', 'agent'),
    ],
    bots: [{ id: 4, name: 'Concierge', token: token() }],
    inboxes,
    conversations: new Map(),
    contacts: new Map(),
    webhooks: [],
    cannedResponses: [],
    now,
    emit,
    adopts,
    nextId: (kind) => {
      const id = (ids.get(kind) ?? 0) + 1;
      ids.set(kind, id);
      return id;
    },
    touch: (conversation) => {
      version = Math.max(now().getTime() / 1000, version + 0.000_01);
      conversation.updatedAt = version;
      for (const listener of listeners) listener();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

export function token(): string {
  return randomBytes(18).toString('base64url').replaceAll(/[-_]/g, 'x');
}

export function newContact(world: World, given: Partial<Omit<Contact, 'id'>>): Contact {
  const contact: Contact = {
    id: world.nextId('contact'),
    name: 'Ana Lucía Pereira',
    email: 'ana.pereira@example.com',
    phone: '+15550142',
    identifier: null,
    customAttributes: {},
    ...given,
  };
  world.contacts.set(contact.id, contact);
  return contact;
}

export function newConversation(
  world: World,
  contact: Contact,
  inbox: Inbox,
  id = world.nextId('conversation'),
): Conversation {
  const at = world.now();
  const conversation: Conversation = {
    id,
    uuid: randomUUID(),
    contact,
    inbox,
    createdAt: at,
    status: 'open',
    priority: null,
    labels: [],
    assignee: null,
    snoozedUntil: null,
    customAttributes: {},
    canReply: true,
    waitingSince: null,
    firstReplyAt: null,
    lastActivityAt: at,
    updatedAt: 0,
    messages: [],
  };
  world.conversations.set(conversation.id, conversation);
  world.touch(conversation);
  return conversation;
}

function person(id: number, name: string, email: string, role: User['role']): User {
  return { id, name, email, role, token: token() };
}
