import { z } from 'zod';
import type { Documentation, DocumentedEvent } from '../sources/documentation.ts';
import { contextSchema } from './context-schema.ts';
import { payloadSchema } from './payload.ts';

/** The API documentation of Tawk.to's routes. */

const tag = 'Tawk.to';
const { chatStart, seedChatStart, chatEnd, transcript, ticketCreate } = bodies();

const tawkEvent = {
  name: 'TawkEvent',
  schema: payloadSchema.describe(
    'Any event of Tawk.to, as it sends them, or with `chat.id` and `visitor.customAttributes` as relays do. Fields that are not listed, or of another type, are ignored, never refused.',
  ),
};

const events: readonly DocumentedEvent[] = [
  { name: 'chat:start', summary: 'A visitor started a chat', shape: tawkEvent, example: chatStart },
  { name: 'chat:end', summary: 'A chat ended', shape: tawkEvent, example: chatEnd },
  { name: 'chat:transcript_created', summary: 'The transcript is ready', shape: tawkEvent, example: transcript },
  { name: 'ticket:create', summary: 'Somebody left a message', shape: tawkEvent, example: ticketCreate },
];

export const webhookDocs: Documentation = {
  tag,
  summary: 'Receive a Tawk.to webhook',
  description:
    'Accepts every Tawk.to event. A signed event that is unknown or cannot be read is kept, reported to the admins and answered like any other, because Tawk.to retries for 12 hours until the answer is 2xx.',
  security: ['TawkSignature'],
  parameters: [
    {
      in: 'header',
      name: 'X-Hook-Event-Id',
      description: "The delivery's id: a repeated one counts once.",
      schema: z.string().optional(),
    },
  ],
  body: {
    shape: tawkEvent,
    examples: {
      chatStart: { summary: 'A chat starts', value: chatStart },
      withAttributes: { summary: 'A chat starts, with what the shop knows', value: seedChatStart },
      chatEnd: { summary: 'A chat ends', value: chatEnd },
      transcript: { summary: 'The transcript of a chat', value: transcript },
      ticketCreate: { summary: 'A ticket', value: ticketCreate },
    },
  },
  answers: {
    200: {
      description: 'The event is committed.',
      shape: { name: 'TawkEventStored', schema: z.object({ status: z.literal('ok') }) },
      example: { status: 'ok' },
    },
  },
  events,
};

export const contextDocs: Documentation = {
  tag,
  summary: "Send what the shop's backend knows about a visitor",
  description:
    'Joins the chat it names, or the newest open chat of the e-mail that began within 24 hours; a context that arrives before its chat waits for it. For each attribute the value with the latest `X-Bellhop-Timestamp` counts.',
  security: ['ContextSignature'],
  body: {
    shape: { name: 'VisitorContext', schema: contextSchema },
    examples: {
      byChat: {
        summary: 'By chat',
        value: {
          chatId: chatStart.chatId,
          attributes: { user_id: 'user_12345', user_tier: 'GOLD', cart_value: 25_000 },
        },
      },
      byEmail: {
        summary: 'By e-mail address',
        value: { email: 'asha.rao@example.com', attributes: { order_id: 'order_77', current_screen: 'ORDERS' } },
      },
    },
  },
  answers: {
    200: {
      description: 'Stored. `joined` is the incidence; `null` if there is none, or if it is not known within a second.',
      shape: {
        name: 'ContextStored',
        schema: z.object({ success: z.literal(true), joined: z.int().nullable() }),
      },
      example: { success: true, joined: 42 },
    },
  },
};

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const visitorHashDocs: Documentation = {
  tag,
  summary: "Hash the visitor for Tawk.to's secure mode",
  description:
    'Who the visitor is comes only from the identity token that your backend signed, never from a parameter. The hashes are made with TAWK_JS_API_KEY, which never leaves the server. Pages of SHOP_ORIGINS may call it from a browser.',
  security: ['IdentityToken'],
  answers: {
    200: {
      description: '`hash` and `email` when the token has an email; `userIdHash` and `userId` when it has `sub`.',
      shape: {
        name: 'VisitorHash',
        schema: z.object({
          hash: hash.optional().describe('Hex HMAC-SHA256 of the e-mail, for `Tawk_API.visitor`.'),
          email: z.string().optional(),
          userIdHash: hash.optional().describe('Hex HMAC-SHA256 of `sub`, for `Tawk_API.login()`.'),
          userId: z.string().optional(),
        }),
      },
      example: {
        hash: '3fb0f2b2a7a3a3d2a6a6f0d9b8a3a1a7e1c0b7f6e5d4c3b2a190807060504030',
        email: 'asha.rao@example.com',
      },
      headers: { 'Cache-Control': 'Always `no-store`.' },
    },
  },
};

function bodies() {
  const chatId = '3c9e5b10-1f7a-11f1-8d42-6b2a9f04c7e1';
  const visitor = { name: 'Asha Rao', email: 'asha.rao@example.com', city: 'bengaluru', country: 'IN' };
  const property = { id: '5f1a9c3be7a2d84c90b1e6f4', name: 'Annapurna Platters' };
  const time = '2026-03-14T09:26:53.589Z';
  const message = { text: 'Hi, my order has not arrived yet', type: 'msg', sender: { type: 'visitor' } };
  return {
    chatStart: { event: 'chat:start', chatId, time, message, visitor, property },
    seedChatStart: {
      event: 'chat:start',
      chat: { id: '7d1f0a44-1f7b-11f1-8d42-6b2a9f04c7e1' },
      visitor: {
        name: 'John Doe',
        email: 'john@example.com',
        customAttributes: {
          user_id: 'user_12345',
          user_tier: 'GOLD',
          current_screen: 'CHECKOUT',
          cart_value: '25000',
          guest_count: '100',
          event_type: 'WEDDING',
          event_date: '2026-02-15',
          friction_score: '0.82',
        },
      },
    },
    chatEnd: { event: 'chat:end', chatId, time: '2026-03-14T09:36:53.589Z', visitor, property },
    transcript: {
      event: 'chat:transcript_created',
      time: '2026-03-14T09:39:53.589Z',
      property,
      chat: {
        id: chatId,
        visitor,
        messages: [
          { sender: { t: 'v' }, type: 'msg', msg: 'Where is my order?', time },
          { sender: { t: 'a', n: 'Meera Iyer' }, type: 'msg', msg: 'On its way.', time: '2026-03-14T09:28:08.589Z' },
        ],
      },
    },
    ticketCreate: {
      event: 'ticket:create',
      time: '2026-03-14T09:41:53.589Z',
      property,
      requester: { name: 'Asha Rao', email: 'asha.rao@example.com', type: 'visitor' },
      ticket: {
        id: '01493b9f-a630-11f1-8152-0c2d97ca2081',
        humanId: 55,
        subject: 'Invoice copy needed',
        message: 'Please send me the invoice for order 8841.',
      },
    },
  };
}
