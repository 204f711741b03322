import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { cleanId } from '../sources/clean-text.ts';

/**
 * What we read of Chatwoot's bodies (4.15 and older; see `Message#webhook_data` and `EventDataPresenter` there).
 * Only fields we use are named, so tokens and credentials in the rest never get further.
 * A field that is null, missing or of another type is undefined, never an error.
 */
const text = z.string().optional().catch(undefined);
const anything = z.unknown().optional();
const flag = z.boolean().optional().catch(undefined);
const seconds = z.number().positive().optional().catch(undefined);
const id = z
  .union([z.string(), z.number()])
  .transform((value) => cleanId(String(value)))
  .optional()
  .catch(undefined);
const moment = z.union([z.string(), z.number()]).optional().catch(undefined);

function part<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.object(shape).optional().catch(undefined);
}

/** The default spares most bodies, which have no such list, what `catch` costs: an error made and formatted for each. */
function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).default([]).catch([]);
}

const messageTypes = ['incoming', 'outgoing', 'activity', 'template'] as const;

/** A name at the top level of a message, a number in `conversation.messages[0]`. */
const messageType = z
  .union([z.enum(messageTypes), z.number().transform((code) => messageTypes[code])])
  .optional()
  .catch(undefined);

const number = z.number().optional().catch(undefined);
const attachments = listOf(
  part({
    file_type: text,
    fallback_title: text,
    data_url: text,
    file_size: number,
    transcribed_text: text,
    coordinates_lat: number,
    coordinates_long: number,
    meta: part({ first_name: text, last_name: text }),
  }),
);

const contact = part({
  name: text,
  email: text,
  phone_number: text,
  identifier: text,
  custom_attributes: anything,
  additional_attributes: part({ city: text, country_code: text }),
});

const lastMessage = z.object({
  id,
  created_at: moment,
  account_id: id,
  status: text,
  message_type: messageType,
  private: flag,
  content: text,
  processed_message_content: text,
  attachments,
});

export const conversationSchema = z.object({
  id,
  account: part({ id }),
  status: text,
  /** Null: none is set. */
  priority: z.enum(['low', 'medium', 'high', 'urgent']).nullable().optional().catch(undefined),
  labels: z.array(z.string()).optional().catch(undefined),
  custom_attributes: anything,
  additional_attributes: part({ referer: text, mail_subject: text }),
  meta: part({
    sender: contact,
    assignee: z.object({ name: text, type: text }).nullable().optional().catch(undefined),
    team: part({ name: text }),
  }),
  messages: z
    .array(z.unknown())
    .transform((list) => lastMessage.safeParse(list[0]).data)
    .optional()
    .catch(undefined),
  created_at: seconds,
  updated_at: seconds,
  last_activity_at: seconds,
  inbox_id: id,
  /** Chatwoot sends 0 when no customer waits; that is undefined here. */
  waiting_since: seconds,
  /** Null in one that is snoozed: until the customer writes. */
  snoozed_until: z.union([z.string(), z.number()]).nullable().optional().catch(undefined),
  changed_attributes: listOf(part({ status: part({ current_value: text }) })),
  /** Enterprise, where an SLA applies to the conversation: each goal that was missed. */
  sla_events: z
    .array(part({ event_type: text }))
    .optional()
    .catch(undefined),
});

export type Conversation = z.infer<typeof conversationSchema>;

const emailContent = part({ quoted: text });

/** Some versions send the rating as text. */
const rating = z.coerce.number().int().min(1).max(5).optional().catch(undefined);

export const messageSchema = z.object({
  id,
  account: part({ id }),
  inbox: part({ id, name: text }),
  conversation: conversationSchema.optional().catch(undefined),
  message_type: messageType,
  private: flag,
  content: text,
  content_attributes: part({
    email: part({ text_content: emailContent, html_content: emailContent }),
    external_error: text,
    bellhop: part({ nonce: text }),
    submitted_values: part({ csat_survey_response: part({ rating, feedback_message: text }) }),
  }),
  attachments,
  created_at: moment,
  sender: z
    .object({ ...contact.unwrap().unwrap().shape, type: text })
    .optional()
    .catch(undefined),
  /** Only in the nested shape of the customer's own relays; Chatwoot's message is the top level itself. */
  message: part({ content: text, created_at: moment }),
});
export type Message = z.infer<typeof messageSchema>;

/** The few fields that decide what an event is about. */
export const decisiveSchema = messageSchema
  .pick({ id: true, message_type: true, private: true, message: true })
  .extend({
    status: text,
    conversation: conversationSchema.pick({ id: true, status: true }).optional().catch(undefined),
    content_attributes: part({
      automation_rule_id: id,
      deleted: flag,
      external_error: text,
      bellhop: part({ nonce: text }),
      email: part({ auto_reply: flag }),
      submitted_values: part({ csat_survey_response: part({ rating }) }),
    }),
    sender: part({ type: text }),
    attachments: listOf(part({ transcribed_text: text })),
  });
export type Decisive = z.infer<typeof decisiveSchema>;

export const inboxSchema = z.object({
  account: part({ id }),
  changed_attributes: listOf(part({ reauthorization_required: part({ current_value: flag }) })),
  /** The only place where an inbox event names its inbox. */
  working_hours: listOf(part({ inbox_id: id })),
  /** Holds credentials as well: nothing but these names is read. */
  channel: part({
    id,
    bot_name: text,
    phone_number: text,
    email: text,
    website_url: text,
    page_id: text,
    instagram_id: text,
  }),
});
export type Inbox = z.infer<typeof inboxSchema>;

export type Body =
  | Readonly<{ ok: true; value: object }>
  | Readonly<{ ok: false; problem: 'not UTF-8' | 'not JSON' | 'not a JSON object' }>;

export type ReadBody = (rawBody: Buffer) => Body;

/** A body as a JSON object, or why it is none. A byte order mark in front is no reason to refuse. */
export function readBody(rawBody: Buffer): Body {
  if (!isUtf8(rawBody)) return { ok: false, problem: 'not UTF-8' };
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8').replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ok: true, value };
    return { ok: false, problem: 'not a JSON object' };
  } catch {
    return { ok: false, problem: 'not JSON' };
  }
}

/** The event's name as the body gives it; undefined when it is no text. */
export function eventNameOf(body: object): string | undefined {
  return 'event' in body && typeof body.event === 'string' ? body.event : undefined;
}

/** Tells bodies without an id or version of their own apart. */
export function bodyHash(rawBody: Buffer): string {
  return `sha256:${createHash('sha256').update(rawBody).digest('hex')}`;
}
