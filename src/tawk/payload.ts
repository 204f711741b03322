import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { cleanId } from '../sources/clean-text.ts';

/**
 * What we read of Tawk.to's bodies, and of the same events in the shape its guide for developers was once understood
 * (`chat.id`, `visitor.customAttributes`, `messages` at the top), which relays still send.
 * A field that is null, missing or of another type is undefined, never an error.
 */
const text = z.string().optional().catch(undefined);
const anything = z.unknown().optional();
const id = z
  .union([z.string(), z.number()])
  .transform((value) => cleanId(String(value)))
  .optional()
  .catch(undefined);
const list = z.array(z.unknown()).catch([]);

function part<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.object(shape).optional().catch(undefined);
}

const visitor = part({ name: text, email: text, city: text, country: text, customAttributes: anything });

export const payloadSchema = z.object({
  event: text,
  chatId: id,
  time: anything,
  message: part({ text, type: text, sender: part({ type: text }) }),
  visitor,
  property: part({ id, name: text }),
  domain: text,
  referrer: text,
  chat: part({ id, visitor, messages: list, duration: anything }),
  messages: list,
  requester: part({ name: text, email: text }),
  ticket: part({ id, humanId: id, subject: text, message: text }),
});
export type Payload = z.infer<typeof payloadSchema>;
export type Visitor = Payload['visitor'];

/** A message of a transcript: Tawk.to's `msg` and `sender.t/n`, or the names others gave them. */
export const messageSchema = z.object({
  msg: text,
  text,
  message: text,
  type: text,
  time: anything,
  sender: z
    .union([z.string(), z.object({ t: text, n: text, type: text, name: text })])
    .optional()
    .catch(undefined),
  attchs: z
    .array(
      part({
        content: part({
          file: part({ url: text, name: text, mimeType: text, size: z.int().optional().catch(undefined) }),
        }),
      }),
    )
    .catch([]),
});
export type Message = z.infer<typeof messageSchema>;

export type Body =
  | Readonly<{ ok: true; payload: Payload }>
  | Readonly<{ ok: false; problem: 'not UTF-8' | 'not JSON' | 'not a JSON object' }>;

/** A body as a payload, or why it is none. */
export function readPayload(rawBody: Buffer): Body {
  const body = readJson(rawBody);
  if (!body.ok) return body;
  const payload = payloadSchema.safeParse(body.value).data;
  return payload ? { ok: true, payload } : { ok: false, problem: 'not a JSON object' };
}

/** The event's name alone, without reading the rest; undefined where the body has none. */
export function eventNameOf(rawBody: Buffer): string | undefined {
  const body = readJson(rawBody);
  if (!body.ok || typeof body.value !== 'object' || body.value === null) return undefined;
  return 'event' in body.value && typeof body.value.event === 'string' ? body.value.event : undefined;
}

/** Any JSON, a byte order mark in front of it or not. */
export function readJson(
  rawBody: Buffer,
): Readonly<{ ok: true; value: unknown }> | Readonly<{ ok: false; problem: 'not UTF-8' | 'not JSON' }> {
  if (!isUtf8(rawBody)) return { ok: false, problem: 'not UTF-8' };
  try {
    return { ok: true, value: JSON.parse(rawBody.toString('utf8').replace(/^\uFEFF/, '')) };
  } catch {
    return { ok: false, problem: 'not JSON' };
  }
}
