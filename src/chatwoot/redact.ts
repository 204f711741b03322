import { type Body, inboxSchema } from './payload.ts';

/** Credentials that conversations and messages carry: `pubsub_token`, in every one, opens the contact's live connection. */
const secretKeys = bytesOf(['pubsub_token', 'hmac_token', 'access_token']);
/** They end alike: one pass over a body finds them all. */
const secretEnding = Buffer.from('_token"');
/** What the records of Chatwoot's channels keep beside them. */
const channelKeys = bytesOf([
  'secret',
  'bot_token',
  'auth_token',
  'api_key',
  'api_secret',
  'api_key_secret',
  'refresh_token',
  'page_access_token',
  'user_access_token',
  'webhook_verify_token',
  'imap_password',
  'smtp_password',
  'line_channel_secret',
  'line_channel_token',
]);
const space = new Set([...' \t\r\n'].map((char) => char.charCodeAt(0)));
const [quote, colon, backslash, star] = [...'":\\*'].map((char) => char.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
];

/** The body as it may be stored: without credentials. Overwrites those in `rawBody` itself, whose signature was checked before. */
export function withoutSecrets(rawBody: Buffer, body: Body): Buffer {
  if (body.ok && hasChannel(body.value)) return withoutChannel(body.value);
  overwriteSecrets(rawBody);
  // Of what cannot be read, all are looked for.
  if (!body.ok) overwriteValues(rawBody, channelKeys);
  return rawBody;
}

function overwriteSecrets(body: Buffer): void {
  for (let at = body.indexOf(secretEnding); at !== -1; at = body.indexOf(secretEnding, at + secretEnding.length)) {
    const afterKey = at + secretEnding.length;
    if (secretKeys.some((key) => body.subarray(Math.max(0, afterKey - key.length), afterKey).equals(key)))
      overwriteValue(body, afterKey);
  }
}

/** In the bytes, without parsing them: the length stays. */
function overwriteValues(body: Buffer, keys: readonly Buffer[]): void {
  for (const key of keys) {
    for (let at = body.indexOf(key); at !== -1; at = body.indexOf(key, at + key.length)) {
      overwriteValue(body, at + key.length);
    }
  }
}

/** Only a text is overwritten: null and objects hold nothing, or their own keys do. */
function overwriteValue(body: Buffer, afterKey: number): void {
  let at = skipSpace(body, afterKey);
  if (body[at] !== colon) return;
  at = skipSpace(body, at + 1);
  if (body[at] !== quote) return;
  for (at += 1; at < body.length && body[at] !== quote; at += 1) {
    const isEscaped = body[at] === backslash;
    body[at] = star;
    if (isEscaped && at + 1 < body.length) body[(at += 1)] = star;
  }
}

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  while (space.has(body[at] ?? 0)) at += 1;
  return at;
}

function hasChannel(body: object): body is { channel: object } {
  return 'channel' in body && typeof body.channel === 'object' && body.channel !== null;
}

const channelNames = Object.keys(inboxSchema.shape.channel.unwrap().unwrap().shape);

/**
 * An inbox event carries the whole record of its channel, with whatever credentials its kind has. What names the inbox is
 * kept. Such events are rare: they are written anew.
 */
function withoutChannel(body: { channel: object }): Buffer {
  const names = Object.entries(body.channel).filter(([key]) => channelNames.includes(key));
  const kept = Buffer.from(JSON.stringify({ ...body, channel: Object.fromEntries(names) }));
  overwriteSecrets(kept);
  overwriteValues(kept, channelKeys);
  return kept;
}

function bytesOf(keys: readonly string[]): Buffer[] {
  return keys.map((key) => Buffer.from(`"${key}"`));
}
