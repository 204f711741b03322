import { isUtf8 } from 'node:buffer';
import { cleanId, cleanLine } from '../sources/clean-text.ts';
import type { Admission, Admitted, Arrival, Endpoint } from '../sources/endpoint.ts';
import { keptHeaders } from '../sources/headers.ts';
import { Refusal } from '../sources/refusal.ts';
import { requireSignature } from '../sources/require-signature.ts';
import type { ContextTranslation, ReadStored } from '../sources/source-event.ts';
import { type TimedSignatureFault, timedSignatureFault } from '../sources/timed-signature.ts';
import { isRelayAddress, readAttributes, type VisitorContext, visitorIdIn } from '../sources/visitor-context.ts';
import { contextSchema } from './context-schema.ts';
import { contextDocs } from './documentation.ts';

export type ContextSettings = Readonly<{
  /** TAWK_CONTEXT_KEY; undefined means not configured. */
  contextKey: string | undefined;
  allowUnsigned: boolean;
  /** The incidence that a stored context was joined to; null when there is none, or not yet. */
  joinedTo: (eventId: number, timeoutMs: number) => Promise<number | null>;
}>;

/** Characters: 255 on either side of the @. */
const longestEmail = 511;

/** How long the answer waits to name the incidence. */
const timeoutMs = 1_000;

const messages: Readonly<Record<TimedSignatureFault, string>> = {
  'missing-signature':
    'X-Bellhop-Signature is missing: sign with HMAC-SHA256(TAWK_CONTEXT_KEY, X-Bellhop-Timestamp + "." + raw body), on your server only.',
  'missing-timestamp': 'X-Bellhop-Timestamp is missing: the signature covers it, so send both headers.',
  'bad-timestamp': 'X-Bellhop-Timestamp must be Unix time in whole seconds, e.g. 1773481413 (not milliseconds).',
  stale:
    'X-Bellhop-Timestamp is more than 5 minutes off. Check the clocks of both machines; a repeated request needs a new signature.',
  'no-prefix': 'X-Bellhop-Signature must start with "sha256=".',
  'not-hex': 'X-Bellhop-Signature must be "sha256=" and 64 hexadecimal digits, not base64.',
  'body-only':
    'The signature is an HMAC of the body alone. Sign timestamp and body: HMAC-SHA256(TAWK_CONTEXT_KEY, X-Bellhop-Timestamp + "." + raw body).',
  mismatch:
    'The signature does not match TAWK_CONTEXT_KEY. Use its value as it is (do not decode it), and sign the exact bytes that are sent.',
};
const howToConfigure =
  'Set TAWK_CONTEXT_KEY to a secret that your backend signs with (or ALLOW_UNSIGNED=true to accept unsigned requests) and restart.';

/** What a shop's backend knows about a visitor. Stored before it is answered, like every event. */
export function contextEndpoint(settings: ContextSettings): Endpoint {
  return {
    path: '/api/v1/tawk/context',
    docs: contextDocs,
    maxBytes: 1_000_000,
    admit: (arrival) => admitContext(arrival, settings),
  };
}

function admitContext(arrival: Arrival, settings: ContextSettings): Admitted {
  const { contextKey, allowUnsigned, joinedTo } = settings;
  const secrets = contextKey ? [contextKey] : [];
  requireSignature({ secrets, allowUnsigned }, () => checkSignature(arrival, secrets), howToConfigure);
  const read = readContext(arrival.rawBody, arrival.now);
  if (!read.ok) throw new Refusal(read.isJson ? 'unprocessable' : 'bad_request', read.problem, read.details);
  const admission: Admission = {
    source: 'shop',
    event: 'context',
    deliveryId: undefined,
    headers: keptHeaders(arrival, ['content-type', 'user-agent', 'x-bellhop-timestamp']),
  };
  return {
    admission,
    answer: async (id) => {
      const joined = id === undefined ? null : await joinedTo(id, timeoutMs);
      return { status: 200, body: { success: true, joined } };
    },
  };
}

function checkSignature({ rawBody, header, now }: Arrival, secrets: readonly string[]) {
  const given = { signature: header('x-bellhop-signature'), timestamp: header('x-bellhop-timestamp') };
  const fault = timedSignatureFault(rawBody, given, secrets, now);
  return fault === undefined ? { ok: true as const } : { ok: false as const, fault, message: messages[fault] };
}

/** A stored context, dated by its timestamp; an unsigned one may have none. */
export const translateContext: ReadStored = ({ rawBody, receivedAt, headers }): ContextTranslation => {
  const timestamp = headers?.['x-bellhop-timestamp'] ?? '';
  const sentAt = /^\d{1,11}$/.test(timestamp) ? new Date(Number(timestamp) * 1000) : receivedAt;
  const read = readContext(rawBody, sentAt);
  return read.ok ? { kind: 'context', context: read.context } : { kind: 'drift', reason: 'not a context' };
};

type Read =
  | Readonly<{ ok: true; context: VisitorContext }>
  | Readonly<{ ok: false; isJson: boolean; problem: string; details?: readonly string[] }>;

function readContext(rawBody: Buffer, sentAt: Date): Read {
  const json = jsonOf(rawBody);
  if (!json.ok) return { ok: false, isJson: false, problem: 'The body is not JSON in UTF-8.' };
  const parsed = contextSchema.safeParse(json.value);
  if (!parsed.success) {
    const details = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'} ${message}`);
    return { ok: false, isJson: true, problem: `The context is not valid: ${details.join('; ')}.`, details };
  }
  const { chatId, propertyId } = parsed.data;
  const email = cleanLine(parsed.data.email ?? '', longestEmail).toLowerCase();
  const known = {
    chatId: cleanId(chatId ?? ''),
    email: emailToJoinBy(email),
    account: cleanId(propertyId ?? '') ?? '',
  };
  if (known.chatId === undefined && known.email === undefined) return { ok: false, isJson: true, problem: whom(email) };
  // As it came: a record of zod's drops a key called __proto__.
  const attributes = readAttributes(Reflect.get(Object(json.value), 'attributes'), sentAt);
  return { ok: true, context: { ...known, visitorId: visitorIdIn(attributes), attributes, sentAt } };
}

function jsonOf(rawBody: Buffer): Readonly<{ ok: true; value: unknown }> | Readonly<{ ok: false }> {
  if (!isUtf8(rawBody)) return { ok: false };
  try {
    return { ok: true, value: JSON.parse(rawBody.toString('utf8').replace(/^\uFEFF/, '')) };
  } catch {
    return { ok: false };
  }
}

function emailToJoinBy(email: string): string | undefined {
  return /^[^\s@]{1,255}@[^\s@]{1,255}$/.test(email) && !isRelayAddress(email) ? email : undefined;
}

function whom(email: string): string {
  if (email === '') return 'Say whom it is about: send chatId or email, or both.';
  if (isRelayAddress(email))
    return "email is one of Tawk.to's relay addresses, which several customers may share: send the customer's own, or chatId.";
  return 'email is not an e-mail address: send the address the customer chats with, or chatId.';
}
