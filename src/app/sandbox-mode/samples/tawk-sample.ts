import { createHmac, randomUUID } from 'node:crypto';
import type { SampleRequest } from './chatwoot-sample.ts';
import type { Customer } from './customers.ts';

export type SampleChat = { chatId: string; customer: Customer; text: string; startedAt: Date };

const PROPERTY = { id: '66b1d0a4c2f7e95310ab42de', name: 'Sample Shop' };
const PAGE = { domain: 'shop.example', referrer: 'https://shop.example/cart' };
const AGENT = { t: 'a', n: 'Mira', id: '66b1d0a4c2f7e95310ab0001' };

export function chatStart(chat: SampleChat, now: Date): object {
  return {
    event: 'chat:start',
    chatId: chat.chatId,
    time: now.toISOString(),
    message: { text: chat.text, type: 'msg', sender: { type: 'visitor' } },
    visitor: visitor(chat.customer),
    property: PROPERTY,
    ...PAGE,
  };
}

export function chatEnd(chat: SampleChat, now: Date): object {
  return {
    event: 'chat:end',
    chatId: chat.chatId,
    time: now.toISOString(),
    visitor: visitor(chat.customer),
    property: PROPERTY,
    ...PAGE,
  };
}

/** As Tawk.to sends it: the chat's id and messages stand inside `chat`, senders are letters. */
export function chatTranscript(chat: SampleChat): object {
  const at = (seconds: number) => new Date(chat.startedAt.getTime() + seconds * 1000).toISOString();
  const said = [
    { sender: { t: 's', n: 'Sample Shop' }, msg: 'Welcome! Ask us anything 👋', time: at(0) },
    { sender: { t: 'v' }, msg: chat.text, time: at(4) },
    { sender: AGENT, msg: 'Hello, let me look. Which e-mail address did you order with?', time: at(31) },
    { sender: { t: 'v' }, msg: `${chat.customer.email}, & it says <pending> on my side`, time: at(58) },
    { sender: AGENT, msg: 'Found it: paid and confirmed, it leaves us this afternoon.', time: at(122) },
    { sender: { t: 'v' }, msg: 'Wonderful, thank you! 🎉', time: at(140) },
  ];
  return {
    event: 'chat:transcript_created',
    time: chat.startedAt.toISOString(),
    ...PAGE,
    property: PROPERTY,
    chat: {
      id: chat.chatId,
      visitor: visitor(chat.customer),
      messages: said.map((line) => ({ ...line, type: 'msg' })),
    },
  };
}

export function ticketCreate(
  ticket: { humanId: number; customer: Customer; subject: string; message: string },
  now: Date,
): object {
  const { customer, humanId, subject, message } = ticket;
  return {
    event: 'ticket:create',
    time: now.toISOString(),
    property: PROPERTY,
    requester: { name: customer.name, email: customer.email, type: 'visitor' },
    ticket: { id: randomUUID(), humanId, subject, message },
  };
}

/** Signed the way Tawk.to does: HMAC-SHA1 of the raw body, in hex. */
export function tawkRequest(about: string, payload: object, secret: string | undefined): SampleRequest {
  const body = JSON.stringify(payload);
  return {
    about,
    path: '/webhooks/tawkto',
    headers: {
      'x-hook-event-id': randomUUID(),
      ...(secret ? { 'x-tawk-signature': createHmac('sha1', secret).update(body).digest('hex') } : {}),
    },
    body,
  };
}

function visitor({ name, email, city, country }: Customer): object {
  return { name, email, city: city.toLowerCase(), country };
}
