import { createHash, timingSafeEqual } from 'node:crypto';
import type { Arrival } from '../sources/endpoint.ts';
import { isMacOfAny } from '../sources/secret.ts';

type SignatureFault = 'missing-signature' | 'base64' | 'prefix' | 'sha256' | 'not-hex' | 'plain-hash' | 'mismatch';

export type SignatureCheck = Readonly<{ ok: true }> | Readonly<{ ok: false; fault: SignatureFault; message: string }>;

const messages: Readonly<Record<SignatureFault, string>> = {
  'missing-signature':
    'X-Tawk-Signature is missing: Tawk.to signs every webhook with the secret set where it was created.',
  base64: 'X-Tawk-Signature is base64: send the HMAC-SHA1 of the raw body as 40 hexadecimal digits.',
  prefix: 'X-Tawk-Signature has a prefix: send the 40 hexadecimal digits alone.',
  sha256: 'X-Tawk-Signature has the length of SHA-256: Tawk.to signs with HMAC-SHA1.',
  'not-hex': 'X-Tawk-Signature must be the HMAC-SHA1 of the raw body as 40 hexadecimal digits.',
  'plain-hash': 'X-Tawk-Signature is a plain SHA-1 of the body: use HMAC-SHA1 with the webhook secret as key.',
  mismatch:
    'The signature does not match any secret in TAWK_WEBHOOK_SECRET. Copy the secret of this webhook from Administration → Settings → Webhooks, and sign the exact bytes that are sent.',
};

/**
 * Is this body signed by one of the secrets? Signature: hex HMAC-SHA1 of the body; spaces around and capitals are fine.
 * Tawk.to signs no time: that a captured request is not shown twice is up to the event id and the content.
 */
export function isSigned(rawBody: Buffer, header: Arrival['header'], secrets: readonly string[]): SignatureCheck {
  const signature = header('x-tawk-signature')?.trim();
  if (!signature) return faulty('missing-signature');
  if (!/^[0-9a-f]{40}$/i.test(signature)) return faulty(malformation(signature));

  const given = Buffer.from(signature, 'hex');
  if (isMacOfAny(given, 'sha1', secrets, [rawBody])) return { ok: true };
  const plainHash = createHash('sha1').update(rawBody).digest();
  return faulty(timingSafeEqual(plainHash, given) ? 'plain-hash' : 'mismatch');
}

function malformation(signature: string): SignatureFault {
  if (/^[\w-]{1,10}=.{20}/.test(signature)) return 'prefix';
  if (/^[A-Za-z0-9+/]{27}=$/.test(signature)) return 'base64';
  return /^[0-9a-f]{64}$/i.test(signature) ? 'sha256' : 'not-hex';
}

function faulty(fault: SignatureFault): SignatureCheck {
  return { ok: false, fault, message: messages[fault] };
}
