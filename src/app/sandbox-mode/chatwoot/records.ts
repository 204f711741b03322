/** What the stand-in for Chatwoot keeps, in memory. The JSON of the outside is made of it in `event-json.ts` and `rest-json.ts`. */
export const statuses = ['open', 'resolved', 'pending', 'snoozed'] as const;
export type Status = (typeof statuses)[number];

export const priorities = ['low', 'medium', 'high', 'urgent'] as const;
export type Priority = (typeof priorities)[number];

export type User = Readonly<{
  id: number;
  name: string;
  email: string;
  role: 'administrator' | 'agent';
}> & { token: string };

export type Bot = Readonly<{ id: number; name: string; token: string }>;

/** Who calls, or whose name a message carries. */
export type Actor =
  | Readonly<{ kind: 'user'; user: User }>
  | Readonly<{ kind: 'bot'; bot: Bot }>
  | Readonly<{ kind: 'contact'; contact: Contact }>;

export type Contact = Readonly<{ id: number }> & {
  name: string;
  email: string | null;
  phone: string | null;
  identifier: string | null;
  customAttributes: Record<string, unknown>;
};

export type Inbox = Readonly<{ id: number; name: string; channel: string }>;

export type Attachment = Readonly<{
  id: number;
  fileType: string;
  contentType: string;
  fileName: string;
  bytes: Buffer;
}>;

/** Chatwoot's own numbers: 0 incoming, 1 outgoing, 2 activity, 3 template. */
export const messageTypes = ['incoming', 'outgoing', 'activity', 'template'] as const;
export type MessageType = (typeof messageTypes)[number];

export type Message = Readonly<{
  id: number;
  conversationId: number;
  type: MessageType;
  private: boolean;
  createdAt: Date;
  sender: Actor | undefined;
  echoId: string | undefined;
}> & {
  content: string | null;
  contentAttributes: Record<string, unknown>;
  status: 'sent' | 'delivered' | 'read' | 'failed';
  sourceId: string | null;
  updatedAt: Date;
  attachments: readonly Attachment[];
};

/** `id` is the display ID, the one in addresses. */
export type Conversation = Readonly<{ id: number; uuid: string; contact: Contact; inbox: Inbox; createdAt: Date }> & {
  status: Status;
  priority: Priority | null;
  labels: readonly string[];
  assignee: User | Bot | null;
  snoozedUntil: Date | null;
  customAttributes: Record<string, unknown>;
  /** False outside the channel's messaging window. */
  canReply: boolean;
  waitingSince: Date | null;
  firstReplyAt: Date | null;
  lastActivityAt: Date;
  /** Seconds with microseconds; grows with each change. */
  updatedAt: number;
  messages: Message[];
};

export type Webhook = Readonly<{ id: number; secret: string }> & {
  name: string;
  url: string;
  subscriptions: readonly string[];
};

export type CannedResponse = Readonly<{ id: number; shortCode: string; content: string }>;

/** One change to an attribute: name, before, after, as `changed_attributes` lists it. */
export type Changed = readonly [name: string, before: unknown, after: unknown];

/** Something that webhooks tell of. Its body is built when the event's job runs, from what is true then. */
export type PeerEvent =
  | Readonly<{ event: 'conversation_created' | 'conversation_status_changed'; conversation: Conversation }>
  | Readonly<{ event: 'conversation_updated'; conversation: Conversation; changed: readonly Changed[] }>
  | Readonly<{ event: 'message_created' | 'message_updated'; conversation: Conversation; message: Message }>;
