import { createHmac, timingSafeEqual } from 'node:crypto';

/** Any marker, forged ones and those of other systems too: none is for people. */
const anyMarker = /\[(?:ctx|mz1):[^\]]*\]/gi;
const ourMarker = /\[ctx:([^:\]\s]{1,200}):([0-9a-f]{32})\]/gi;

/**
 * The visitor id of a signed marker in a visitor's name: `[ctx:<id>:<mac>]`, mac = the first 32 hex digits of
 * HMAC-SHA256(TAWK_CONTEXT_KEY, `ctx:<id>`). The prefix keeps it from ever being the signature of a request. Of several
 * markers the first valid one counts.
 */
export function markedVisitor(name: string, key: string | undefined): string | undefined {
  if (!key) return undefined;
  for (const [, id = '', mac = ''] of name.matchAll(ourMarker)) {
    const given = Buffer.from(mac, 'hex');
    const expected = createHmac('sha256', key).update(`ctx:${id}`).digest().subarray(0, given.length);
    if (timingSafeEqual(expected, given)) return id;
  }
  return undefined;
}

/** The name as people see it. One that was cut off in the middle of a marker loses the rest of it. */
export function withoutMarkers(name: string): string {
  return name.replaceAll(anyMarker, '').replace(/\[(?:ctx|mz1):[^\]]*$/i, '');
}
