import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Whether two secrets are equal, in a time that tells neither where they differ nor how long the right one is. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Whether `mac` is the HMAC of these parts with one of the secrets. Compares with every secret, so that timing does not
 * reveal which matched. An empty secret would let anyone sign.
 */
export function isMacOfAny(
  mac: Buffer,
  algorithm: 'sha1' | 'sha256',
  secrets: readonly string[],
  parts: readonly (string | Buffer)[],
): boolean {
  let matched = false;
  for (const secret of secrets) {
    if (secret === '') continue;
    const hmac = createHmac(algorithm, secret);
    for (const part of parts) hmac.update(part);
    matched = timingSafeEqual(hmac.digest(), mac) || matched;
  }
  return matched;
}
