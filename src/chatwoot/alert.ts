import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sameSecret } from '../sources/secret.ts';
import type { Admission, Arrival } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { cleanId, cleanLine } from '../sources/clean-text.ts';
import { severities } from '../sources/severity.ts';
import { type Body, eventNameOf, readBody } from './payload.ts';
import { keptHeaders } from '../sources/headers.ts';
import { type ChatwootSettings, chatwootPaths } from './webhook.ts';

const wrong = {
  severity: `severity: must be one of ${severities.join(', ')} (any case)`,
  reason: 'reason: must be a non-empty string saying why a person is needed, e.g. "PAYMENT_ISSUE"',
  conversation_id: 'conversation_id: must be the conversation number, as an integer or a string, e.g. 12345',
  message: "message: must be a string with the customer's message",
};

const text = z.string().optional().catch(undefined);
const anything = z.unknown().optional();

/** The contract of POST /alerts: four fields are needed, whatever else is wrong is as if it were not there. */
export const alertSchema = z.object({
  severity: z
    .string(wrong.severity)
    .trim()
    .toLowerCase()
    .pipe(z.enum(severities, wrong.severity))
    .meta({ description: `One of ${severities.join(', ')}, in any case.`, examples: [...severities] }),
  reason: z
    .string(wrong.reason)
    .refine((reason) => cleanLine(reason) !== '', wrong.reason)
    .describe('Why a person is needed, such as PAYMENT_ISSUE.'),
  conversation_id: z
    .union([z.int(wrong.conversation_id), z.string()], wrong.conversation_id)
    .refine((id) => cleanId(String(id)) !== undefined, wrong.conversation_id)
    .describe('The number of the conversation. Alerts of one conversation share a card until it is closed.'),
  message: z.string(wrong.message).describe("The customer's message. A card shows the first 500 characters."),
  customer_name: text,
  customer_email: text,
  timestamp: anything.describe('When it happened: ISO 8601, or seconds since 1970. Default: now.'),
  chatwoot_url: text.describe('The link of the card. Default: made of CHATWOOT_BASE_URL and the number.'),
  additional_info: anything.describe('An object of further facts, shown as a list.'),
});
export type Alert = z.infer<typeof alertSchema>;

/** `conversationId` is as the sender wrote it: the answer repeats it. `bodySha256` only with an Idempotency-Key. */
export type AdmittedAlert = Readonly<{
  admission: Admission;
  conversationId: number | string;
  bodySha256?: Buffer;
}>;

/** Authenticates and validates a structured alert, every field of it: what is admitted will be shown. Throws Refusal. */
export function admitAlert(arrival: Arrival, settings: ChatwootSettings): AdmittedAlert {
  authenticateAlert(arrival, settings);
  checkMediaType(arrival);
  const key = idempotencyKey(arrival);

  const body = readBody(arrival.rawBody);
  if (!body.ok) throw new Refusal('bad_request', problemWith(arrival.rawBody, body));
  const alert = alertSchema.safeParse(body.value);
  if (!alert.success) throw unprocessable(body.value, alert.error);

  const headers = keptHeaders(arrival, ['content-type', 'user-agent']);
  return {
    admission: { source: 'alert', event: 'alert', deliveryId: key && `key:${key}`, headers },
    conversationId: alert.data.conversation_id,
    ...(key === undefined ? {} : { bodySha256: createHash('sha256').update(arrival.rawBody).digest() }),
  };
}

function idempotencyKey(arrival: Arrival): string | undefined {
  const key = arrival.header('idempotency-key');
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Refusal('bad_request', 'Idempotency-Key must be 1 to 255 visible ASCII characters, without spaces.');
}

export function authenticateAlert(arrival: Arrival, settings: ChatwootSettings): void {
  if (!settings.alertKey) {
    if (settings.allowUnsigned) return;
    throw new Refusal(
      'not_configured',
      'Set CHATWOOT_ALERT_KEY (a long random string) and send it as "Authorization: Bearer <key>" (or ALLOW_UNSIGNED=true), then restart.',
    );
  }
  const bearer = /^Bearer\s+(.+)$/i.exec(arrival.header('authorization')?.trim() ?? '')?.[1];
  const given = bearer ?? arrival.header('x-api-key')?.trim();
  if (given === undefined) {
    if (settings.allowUnsigned && arrival.header('authorization') === undefined) return;
    throw new Refusal(
      'unauthorized',
      'Send the key as "Authorization: Bearer <CHATWOOT_ALERT_KEY>" or "X-Api-Key: <CHATWOOT_ALERT_KEY>".',
    );
  }
  if (sameSecret(given, settings.alertKey)) return;
  throw new Refusal('unauthorized', 'The key does not match CHATWOOT_ALERT_KEY.');
}

function checkMediaType(arrival: Arrival): void {
  const type = arrival.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type && !/^(application|text)\/([\w.-]+\+)?json$/.test(type)) {
    throw new Refusal('unsupported_media_type', 'Send JSON, with "Content-Type: application/json".');
  }
}

function problemWith(rawBody: Buffer, body: Extract<Body, { ok: false }>): string {
  if (rawBody.length === 0) return 'The body is empty: send the alert as a JSON object.';
  return `The body is ${body.problem}: send the alert as one JSON object in UTF-8.`;
}

function unprocessable(body: object, error: z.ZodError): Refusal {
  const details = [...new Set(error.issues.map((issue) => issue.message))];
  const event = cleanLine(eventNameOf(body) ?? '', 100);
  if (event) {
    const where = `This is the Chatwoot webhook event ${event}, not an alert: send webhooks to ${chatwootPaths.webhook}.`;
    return new Refusal('unprocessable', where, details);
  }
  return new Refusal('unprocessable', 'Correct these fields of the alert and send it again.', details);
}
