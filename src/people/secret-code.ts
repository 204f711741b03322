import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What makes a link `https://t.me/<bot>?start=<code>` secret. Telegram allows 64 letters, digits, `-` and `_` (Bot API, deep linking). */
export function newCode(): string {
  return randomBytes(24).toString('base64url');
}

/** What is stored of a secret that is random and long: a plain hash cannot be reversed, and is found by its index. */
export function hashOf(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}

/** In constant time. */
export function isCode(code: string, hash: Buffer): boolean {
  const own = hashOf(code);
  return hash.length === own.length && timingSafeEqual(own, hash);
}
