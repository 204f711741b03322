import { z } from 'zod';
import { instantOf } from '../sources/attributes.ts';
import { cleanId } from '../sources/clean-text.ts';
import type { Payload } from './payload.ts';
import { transcriptOf } from './transcript.ts';

/*
 * Items of chat.list and ticket.list. Their reference is not public: of a chat `id`, `createdOn` and `messages` are known,
 * of a ticket `id`; the other names are those of the webhooks, and every one may be missing.
 */
const text = z.string().optional().catch(undefined);
const anything = z.unknown().optional();
const person = z.object({ name: text, email: text, city: text, country: text }).optional().catch(undefined);
const id = z.union([z.string(), z.number()]).optional().catch(undefined);

const dates = {
  createdOn: anything,
  createdAt: anything,
  created: anything,
  time: anything,
};
const chatSchema = z.object({
  ...dates,
  id,
  chatId: id,
  visitor: person,
  domain: text,
  referrer: text,
  messages: z.array(z.unknown()).catch([]),
});
const ticketSchema = z.object({
  ...dates,
  id,
  ticketId: id,
  humanId: id,
  subject: text,
  message: text,
  status: text,
  requester: person,
  visitor: person,
  messages: z.array(z.unknown()).catch([]),
});

/** What decides on importing an item; `createdAt` is undefined where no date could be read. */
export type ListedItem = Readonly<{ id: string; createdAt: Date | undefined; raw: object }>;
export type ListedChat = ListedItem &
  Readonly<{
    messages: number;
    lastAt: Date | undefined /** A person wrote, or the list has no messages at all. */;
    isSpoken: boolean;
  }>;
export type ListedTicket = ListedItem & Readonly<{ isClosed: boolean }>;

export function readChat(raw: unknown): ListedChat | undefined {
  const item = chatSchema.safeParse(raw).data;
  const chatId = idOf(item?.id ?? item?.chatId);
  if (!item || chatId === undefined) return undefined;
  const { messages } = transcriptOf(payloadOfChat(item));
  const times = messages.flatMap(({ at }) => (at ? [at] : []));
  return {
    id: chatId,
    createdAt: dateOf(item) ?? times[0],
    raw: Object(raw),
    messages: messages.length,
    lastAt: times.at(-1),
    isSpoken: item.messages.length === 0 || messages.some(({ sender }) => sender !== 'system'),
  };
}

export function readTicket(raw: unknown): ListedTicket | undefined {
  const item = ticketSchema.safeParse(raw).data;
  const ticketId = idOf(item?.id ?? item?.ticketId);
  if (!item || ticketId === undefined) return undefined;
  const isClosed = item.status?.trim().toLowerCase() === 'closed';
  return { id: ticketId, createdAt: dateOf(item), raw: Object(raw), isClosed };
}

type Chat = z.infer<typeof chatSchema>;

/** The webhook that should have brought the chat's first message. */
export function startOfChat(raw: unknown, property: Payload['property']): Payload | undefined {
  const item = chatSchema.safeParse(raw).data;
  if (!item) return undefined;
  const first = transcriptOf(payloadOfChat(item)).messages.find(({ sender }) => sender !== 'system');
  const hasOnlyFiles = first !== undefined && first.text === '' && first.attachments.length > 0;
  return {
    ...payloadOfChat(item),
    event: 'chat:start',
    chatId: idOf(item.id ?? item.chatId),
    time: (first?.at ?? dateOf(item))?.toISOString(),
    message: {
      text: first?.text,
      type: hasOnlyFiles ? 'file' : 'msg',
      sender: { type: first?.sender === 'agent' ? 'agent' : 'visitor' },
    },
    visitor: item.visitor,
    property,
  };
}

/** The webhook that should have brought the chat's transcript. */
export function transcriptOfChat(raw: unknown, property: Payload['property']): Payload | undefined {
  const item = chatSchema.safeParse(raw).data;
  if (!item) return undefined;
  return { ...payloadOfChat(item), event: 'chat:transcript_created', time: dateOf(item)?.toISOString(), property };
}

/** The webhook that should have brought the ticket. */
export function creationOfTicket(raw: unknown, property: Payload['property']): Payload | undefined {
  const item = ticketSchema.safeParse(raw).data;
  if (!item) return undefined;
  const [first] = transcriptOf({ messages: item.messages }).messages;
  return {
    messages: [],
    event: 'ticket:create',
    time: dateOf(item)?.toISOString(),
    requester: item.requester ?? item.visitor,
    ticket: {
      id: idOf(item.id ?? item.ticketId),
      humanId: idOf(item.humanId),
      subject: item.subject,
      message: item.message ?? first?.text,
    },
    property,
  };
}

function payloadOfChat(item: Chat) {
  const { visitor, messages, domain, referrer } = item;
  return { messages: [], chat: { id: idOf(item.id ?? item.chatId), visitor, messages }, domain, referrer };
}

function idOf(id: string | number | undefined): string | undefined {
  return id === undefined ? undefined : cleanId(String(id));
}

function dateOf(item: Readonly<Partial<Record<keyof typeof dates, unknown>>>): Date | undefined {
  return [item.createdOn, item.createdAt, item.created, item.time].map(instantOf).find((date) => date !== undefined);
}
