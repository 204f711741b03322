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
  /** The version of a changed conversation: later than every earlier one. */
  nextVersion: () => number;
}>;

/** Two administrators and an agent, so that what a token of either role may do can be tried. */
export function createWorld(options: Readonly<{ now: () => Date; emit: (event: PeerEvent) => void }>): World {
  const ids = new Map<string, number>([
    ['conversation', 1840],
    ['message', 551_200],
    ['contact', 9040],
    ['webhook', 20],
  ]);
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
    ...options,
    nextId: (kind) => {
      const id = (ids.get(kind) ?? 0) + 1;
      ids.set(kind, id);
      return id;
    },
    nextVersion: () => {
      version = Math.max(options.now().getTime() / 1000, version + 0.000_01);
      return version;
    },
  };
}

export function token(): string {
  return randomBytes(18).toString('base64url').replaceAll(/[-_]/g, 'x');
}

export function newConversation(world: World, contact: Contact, inbox: Inbox): Conversation {
  const at = world.now();
  const conversation: Conversation = {
    id: world.nextId('conversation'),
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
    updatedAt: world.nextVersion(),
    messages: [],
  };
  world.conversations.set(conversation.id, conversation);
  return conversation;
}

function person(id: number, name: string, email: string, role: User['role']): User {
  return { id, name, email, role, token: token() };
}
