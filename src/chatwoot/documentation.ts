import { z } from 'zod';
import type { Documentation, DocumentedEvent, Examples, Parameter } from '../sources/documentation.ts';
import { alertSchema } from './alert.ts';
import { conversationSchema, messageSchema } from './payload.ts';

/** The API documentation of Chatwoot's routes. */

const tag = 'Chatwoot Integration';
const { alert, hackedAccount, messageCreated, conversationResolved } = bodies();

const event = z.string().describe('The name of the event, such as message_created.');
const messageEvent = {
  name: 'ChatwootMessageEvent',
  schema: messageSchema
    .extend({ event })
    .describe('A message as Chatwoot sends it, or in the nested shape of a relay.'),
};
const conversationEvent = {
  name: 'ChatwootConversationEvent',
  schema: conversationSchema.extend({ event }).describe('A conversation as Chatwoot sends it.'),
};
const webhookBody = {
  name: 'ChatwootEvent',
  schema: z
    .union([messageEvent.schema, conversationEvent.schema])
    .describe('Any event of Chatwoot. Fields that are not listed, or of another type, are ignored, never refused.'),
};

const webhookExamples: Examples = {
  nested: { summary: 'A message, in the nested shape', value: nestedMessage() },
  messageCreated: { summary: 'A message, as Chatwoot sends it', value: messageCreated },
  conversationResolved: { summary: 'A conversation was resolved', value: conversationResolved },
};

const events: readonly DocumentedEvent[] = [
  {
    name: 'message_created',
    summary: 'Somebody wrote in a conversation',
    shape: messageEvent,
    example: messageCreated,
  },
  {
    name: 'conversation_status_changed',
    summary: 'A conversation was opened, resolved or snoozed',
    shape: conversationEvent,
    example: conversationResolved,
  },
];

const webhookAnswers: Documentation['answers'] = {
  200: {
    description:
      'The event is committed. `Webhook forwarded to Telegram`: it will be shown there. `Webhook recorded`: it is stored but not shown (typing, private notes, our own echo).',
    shape: {
      name: 'ChatwootEventStored',
      schema: z.object({
        success: z.literal(true),
        message: z.enum(['Webhook forwarded to Telegram', 'Webhook recorded']),
        event: z.string(),
      }),
    },
    example: { success: true, message: 'Webhook forwarded to Telegram', event: 'message_created' },
  },
};

const delivery: Parameter = {
  in: 'header',
  name: 'X-Chatwoot-Delivery',
  description: "The delivery's id: a repeated one counts once.",
  schema: z.string().optional(),
};

export const alertsDocs: Documentation = {
  tag,
  summary: 'Send an alert',
  description:
    'A structured alert from a bot, a shop or a script that a person is needed. It is stored before it is answered, and shown on a card in Telegram.',
  security: ['AlertKey', 'AlertKeyHeader'],
  parameters: [
    {
      in: 'header',
      name: 'Idempotency-Key',
      description:
        'The same key within 24 hours gets the first answer again, with `Idempotent-Replayed: true`, and counts once. The same key with another body is refused with 422.',
      schema: z
        .string()
        .regex(/^[\x21-\x7e]{1,255}$/)
        .optional(),
    },
  ],
  body: {
    shape: { name: 'Alert', schema: alertSchema },
    examples: {
      angry: { summary: 'An angry customer', value: alert },
      hacked: { summary: 'A hacked account', value: hackedAccount },
    },
  },
  answers: {
    200: {
      description: 'Telegram has the card.',
      shape: { name: 'AlertShown', schema: alertAnswer(z.literal('Alert forwarded to Telegram'), z.int()) },
      example: {
        success: true,
        message: 'Alert forwarded to Telegram',
        telegram_message_id: 789,
        conversation_id: 12345,
        incidence_id: 42,
      },
      headers: {
        'Idempotent-Replayed': '`true` when this repeats the answer to an earlier request with the same key.',
      },
    },
    202: {
      description: 'Stored; it did not reach Telegram within 2 seconds and is delivered later.',
      shape: { name: 'AlertQueued', schema: alertAnswer(z.literal('Alert queued for Telegram'), z.null()) },
      example: {
        success: true,
        message: 'Alert queued for Telegram',
        telegram_message_id: null,
        conversation_id: 12345,
        incidence_id: 42,
      },
    },
  },
  errors: ['unprocessable'],
};

export const webhookDocs: Documentation = {
  tag,
  summary: 'Receive a Chatwoot webhook',
  description:
    'Accepts every Chatwoot event, as Chatwoot sends it (4.11.2 or later signs it) or in the nested shape of a relay. A body that is signed but cannot be read is stored all the same, and the admins are notified.',
  security: ['ChatwootSignature'],
  parameters: [delivery],
  body: { shape: webhookBody, examples: webhookExamples },
  answers: webhookAnswers,
  errors: ['unprocessable'],
  events,
};

export const keyedWebhookDocs: Documentation = {
  tag,
  summary: 'Receive a webhook of an automation or macro',
  description:
    'The same as `/api/v1/chatwoot/webhook`, for senders that cannot sign: the address itself is the secret.',
  parameters: [
    {
      in: 'path',
      name: 'key',
      description: 'The value of CHATWOOT_ALERT_KEY.',
      schema: z.string(),
      example: 'your-alert-key',
    },
    delivery,
  ],
  body: { shape: webhookBody, examples: webhookExamples },
  answers: webhookAnswers,
  errors: ['unauthorized', 'not_configured', 'unprocessable'],
};

export const testDocs: Documentation = {
  tag,
  summary: 'Send a test message to Telegram',
  description: "Needs no body. The answer contains Telegram's result.",
  security: ['AlertKey', 'AlertKeyHeader'],
  answers: {
    200: {
      description: 'Telegram has the message.',
      shape: {
        name: 'TestSent',
        schema: z.object({
          success: z.literal(true),
          message: z.literal('Test alert sent to Telegram'),
          telegram_message_id: z.int(),
        }),
      },
      example: { success: true, message: 'Test alert sent to Telegram', telegram_message_id: 123 },
    },
  },
  errors: ['telegram_rejected', 'telegram_timeout'],
};

export const healthDocs: Documentation = {
  tag,
  summary: 'Liveness, under the path of the integration',
  answers: {
    200: {
      description: 'This process answers requests.',
      shape: {
        name: 'ChatwootHealth',
        schema: z.object({
          status: z.literal('healthy'),
          service: z.literal('chatwoot-integration'),
          timestamp: z.iso.datetime(),
        }),
      },
      example: { status: 'healthy', service: 'chatwoot-integration', timestamp: '2025-01-19T18:30:00.123Z' },
    },
  },
};

function alertAnswer(message: z.ZodType, messageId: z.ZodType) {
  return z.object({
    success: z.literal(true),
    message,
    telegram_message_id: messageId,
    conversation_id: z.union([z.int(), z.string()]).describe('As it was sent.'),
    incidence_id: z.int().nullable().describe('The number on the card; null when the alert is not processed yet.'),
  });
}

function bodies() {
  const account = { id: 1, name: 'Gaming Platform Support' };
  const sender = { id: 9041, name: 'John Doe', email: 'john@example.com', type: 'contact' };
  return {
    alert: {
      severity: 'high',
      reason: 'NEGATIVE_SENTIMENT',
      conversation_id: 12345,
      customer_name: 'John Doe',
      customer_email: 'john@example.com',
      message: 'THIS IS RIDICULOUS!!! WHERE IS MY PAYMENT???',
      timestamp: '2025-01-19T18:30:00Z',
      chatwoot_url: 'https://app.chatwoot.com/app/accounts/1/conversations/12345',
      additional_info: { user_id: 'user_123', order_id: 'order_456' },
    },
    hackedAccount: {
      severity: 'critical',
      reason: 'ACCOUNT_HACKED',
      conversation_id: 11111,
      customer_name: 'Emergency User',
      customer_email: 'help@example.com',
      message: 'My account was hacked! Someone is withdrawing all my money!',
      timestamp: '2025-01-19T18:35:00Z',
    },
    messageCreated: {
      event: 'message_created',
      id: 551201,
      message_type: 'incoming',
      private: false,
      content: 'I need help with my payment',
      created_at: '2025-01-19T18:30:00.000Z',
      account,
      inbox: { id: 12, name: 'Website' },
      sender,
      conversation: {
        id: 12346,
        status: 'open',
        labels: ['payment'],
        meta: { sender },
        messages: [
          { id: 551201, account_id: 1, message_type: 0, private: false, content: 'I need help with my payment' },
        ],
      },
    },
    conversationResolved: {
      event: 'conversation_status_changed',
      id: 12346,
      status: 'resolved',
      labels: ['payment'],
      meta: { sender },
      messages: [],
      created_at: 1737311400,
      changed_attributes: [{ status: { previous_value: 'open', current_value: 'resolved' } }],
    },
  };
}

function nestedMessage() {
  return {
    event: 'message_created',
    conversation: { id: 12345, status: 'open' },
    sender: { name: 'John Doe', email: 'john@example.com' },
    message: { content: 'I need help with my payment', created_at: '2025-01-19T18:30:00Z' },
    account: { id: 1, name: 'Gaming Platform Support' },
  };
}
