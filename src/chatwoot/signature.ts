import type { Arrival } from '../sources/endpoint.ts';
import { isMacOfAny } from '../sources/secret.ts';

/** How far Chatwoot's clock and ours may differ, either way; also how long a captured request can be replayed. */
const toleranceSeconds = 300;

type SignatureFault =
  | 'missing-signature'
  | 'missing-timestamp'
  | 'bad-timestamp'
  | 'stale'
  | 'no-prefix'
  | 'not-hex'
  | 'body-only'
  | 'mismatch';

export type SignatureCheck = Readonly<{ ok: true }> | Readonly<{ ok: false; fault: SignatureFault; message: string }>;

const messages: Readonly<Record<SignatureFault, string>> = {
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

/**
 * Is this body signed by one of the secrets, now? Signature: `sha256=` + hex HMAC-SHA256 of `timestamp.body`.
 * Every secret is tried, in constant time; a fault names the sender's mistake in words for its owner.
 */
export function isSigned(
  rawBody: Buffer,
  header: Arrival['header'],
  secrets: readonly string[],
  now: Date,
): SignatureCheck {
  const signature = header('x-chatwoot-signature')?.trim();
  if (!signature) return faulty('missing-signature');

  const timestamp = header('x-chatwoot-timestamp')?.trim();
  if (!timestamp) return faulty('missing-timestamp');
  if (!/^\d{1,11}$/.test(timestamp)) return faulty('bad-timestamp');
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleranceSeconds) return faulty('stale');

  if (!signature.startsWith('sha256=')) return faulty('no-prefix');
  const hex = signature.slice('sha256='.length);
  if (!/^[0-9a-f]{64}$/i.test(hex)) return faulty('not-hex');
  const given = Buffer.from(hex, 'hex');

  if (isMacOfAny(given, 'sha256', secrets, [`${timestamp}.`, rawBody])) return { ok: true };
  return faulty(isMacOfAny(given, 'sha256', secrets, [rawBody]) ? 'body-only' : 'mismatch');
}

function faulty(fault: SignatureFault): SignatureCheck {
  return { ok: false, fault, message: messages[fault] };
}
