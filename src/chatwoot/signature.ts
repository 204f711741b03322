import type { Arrival } from '../sources/endpoint.ts';
import { type TimedSignatureFault, timedSignatureFault } from '../sources/timed-signature.ts';

export type SignatureCheck =
  | Readonly<{ ok: true }>
  | Readonly<{ ok: false; fault: TimedSignatureFault; message: string }>;

const messages: Readonly<Record<TimedSignatureFault, string>> = {
  'missing-signature':
    'X-Chatwoot-Signature is missing. Give the webhook a secret in Chatwoot (4.11.2 or later); automations and macros are never signed: point them at /api/v1/chatwoot/webhook/<CHATWOOT_ALERT_KEY>.',
  'missing-timestamp': 'X-Chatwoot-Timestamp is missing: the signature covers it, so send both headers.',
  'bad-timestamp': 'X-Chatwoot-Timestamp must be Unix time in whole seconds, e.g. 1773481413 (not milliseconds).',
  stale:
    'X-Chatwoot-Timestamp is more than 5 minutes off. Check the clocks of both machines; a repeated request needs a new signature.',
  'no-prefix': 'X-Chatwoot-Signature must start with "sha256=".',
  'not-hex': 'X-Chatwoot-Signature must be "sha256=" and 64 hexadecimal digits, not base64.',
  'body-only':
    'The signature is an HMAC of the body alone. Sign timestamp and body: HMAC-SHA256(secret, X-Chatwoot-Timestamp + "." + raw body).',
  mismatch:
    'The signature does not match any secret in CHATWOOT_WEBHOOK_SECRET. Copy the secret from the webhook in Chatwoot as it is (do not decode it), and sign the exact bytes that are sent.',
};

/** Is this body signed by one of the secrets, now? A fault names the sender's mistake in words for its owner. */
export function isSigned(
  rawBody: Buffer,
  header: Arrival['header'],
  secrets: readonly string[],
  now: Date,
): SignatureCheck {
  const given = { signature: header('x-chatwoot-signature'), timestamp: header('x-chatwoot-timestamp') };
  const fault = timedSignatureFault(rawBody, given, secrets, now);
  return fault === undefined ? { ok: true } : { ok: false, fault, message: messages[fault] };
}
