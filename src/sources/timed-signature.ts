import { isMacOfAny } from './secret.ts';

/** How far the sender's clock and ours may differ, either way; also how long a captured request can be replayed. */
const toleranceSeconds = 300;

export type TimedSignatureFault =
  | 'missing-signature'
  | 'missing-timestamp'
  | 'bad-timestamp'
  | 'stale'
  | 'no-prefix'
  | 'not-hex'
  | 'body-only'
  | 'mismatch';

/**
 * Whether a body is signed by one of the secrets, now: `sha256=` + hex HMAC-SHA256 of `timestamp.body`, with the timestamp
 * in Unix seconds. Every secret is tried, in constant time. Undefined when it is; else the sender's mistake.
 */
export function timedSignatureFault(
  rawBody: Buffer,
  given: Readonly<{ signature: string | undefined; timestamp: string | undefined }>,
  secrets: readonly string[],
  now: Date,
): TimedSignatureFault | undefined {
  const signature = given.signature?.trim();
  if (!signature) return 'missing-signature';

  const timestamp = given.timestamp?.trim();
  if (!timestamp) return 'missing-timestamp';
  if (!/^\d{1,11}$/.test(timestamp)) return 'bad-timestamp';
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleranceSeconds) return 'stale';

  if (!signature.startsWith('sha256=')) return 'no-prefix';
  const hex = signature.slice('sha256='.length);
  if (!/^[0-9a-f]{64}$/i.test(hex)) return 'not-hex';
  const mac = Buffer.from(hex, 'hex');

  if (isMacOfAny(mac, 'sha256', secrets, [`${timestamp}.`, rawBody])) return undefined;
  return isMacOfAny(mac, 'sha256', secrets, [rawBody]) ? 'body-only' : 'mismatch';
}
