import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { chatwootEndpoints } from '../../../src/chatwoot/endpoints.ts';
import { createTranslateAlert } from '../../../src/chatwoot/translate-alert.ts';
import { createTranslateChatwoot } from '../../../src/chatwoot/translate.ts';
import type { Admission, Arrival, Endpoint } from '../../../src/sources/endpoint.ts';
import { Refusal } from '../../../src/sources/refusal.ts';
import type { ReadStored } from '../../../src/sources/source-event.ts';
import { translateContext } from '../../../src/tawk/context.ts';
import { tawkEndpoints } from '../../../src/tawk/endpoints.ts';
import { importEvents } from '../../../src/tawk/imported.ts';
import { createTranslateTawk } from '../../../src/tawk/translate.ts';
import { mutated } from './mutate.ts';
import { checkShown, checkStorable, type Handled, viewAfter } from './shown.ts';

const fuzzKey = 'fuzz-key-0123456789';
const now = new Date('2026-11-26T12:00:00Z');
const timestamp = String(now.getTime() / 1000);
const signedAt = { 'x-bellhop-timestamp': timestamp };

const never = () => Promise.reject(new Error('nothing is stored, so nothing is answered'));
const settings = {
  secrets: ['older', fuzzKey],
  alertKey: fuzzKey,
  contextKey: fuzzKey,
  allowUnsigned: false,
  joinedTo: never,
  sendTest: never,
  waitForCard: never,
  findEarlier: never,
  keepAnswer: never,
};
const endpoints = new Map<string | undefined, Endpoint>(
  [...chatwootEndpoints(settings), ...tawkEndpoints(settings)].map((endpoint) => [endpoint.path, endpoint]),
);
const place = { baseUrl: 'https://desk.example', accountId: '1' };

export type SourceOfBodies = 'chatwoot' | 'tawk' | 'alert' | 'context' | 'import';

type Source = Readonly<{
  bodies: fc.Arbitrary<Buffer>;
  /** Where it is posted; undefined: it is read from an API, and no stranger sends it. */
  path?: string;
  sign?: (body: Buffer) => Record<string, string>;
  read: ReadStored;
  /** As which it may be stored. */
  events?: readonly string[];
}>;

const chatwootBodies = fixtures('chatwoot');
const tawkBodies = fixtures('tawk');
const alerts = [
  ...chatwootBodies.filter((body) => 'severity' in Object(body)),
  {
    severity: 'critical',
    reason: 'PAYMENT_ISSUE',
    conversation_id: 'c-1',
    message: 'Where is my money',
    timestamp: 1_773_481_413,
    additional_info: { user_id: 'u1', order_id: 'o1', cart_value: '₹25,000', nested: { a: [1] }, phone: '+15550142' },
  },
];
const contexts = [
  {
    chatId: 'c1',
    email: 'Priya@example.com',
    propertyId: 'p1',
    attributes: {
      user_id: 'u1',
      user_tier: 'GOLD',
      order_id: 'o1',
      current_screen: 'checkout',
      cart_value: 45_000,
      guest_count: 120,
      event_type: 'wedding',
      event_date: '2026-12-24',
      friction_score: 7.5,
    },
  },
];

export const sourcesOfBodies: Readonly<Record<SourceOfBodies, Source>> = {
  chatwoot: {
    bodies: mutated(chatwootBodies),
    path: '/api/v1/chatwoot/webhook',
    sign: (body) => ({ 'x-chatwoot-timestamp': timestamp, 'x-chatwoot-signature': timed(body) }),
    read: createTranslateChatwoot(place),
  },
  tawk: {
    bodies: mutated(tawkBodies),
    path: '/webhooks/tawkto',
    sign: (body) => ({ 'x-tawk-signature': createHmac('sha1', fuzzKey).update(body).digest('hex') }),
    read: createTranslateTawk({ contextKey: () => fuzzKey }),
  },
  alert: {
    bodies: mutated(alerts),
    path: '/api/v1/chatwoot/alerts',
    sign: () => ({ authorization: `Bearer ${fuzzKey}` }),
    read: createTranslateAlert(place),
  },
  context: {
    bodies: mutated(contexts),
    path: '/api/v1/tawk/context',
    sign: (body) => ({ 'x-bellhop-timestamp': timestamp, 'x-bellhop-signature': timed(body) }),
    read: translateContext,
  },
  import: {
    bodies: mutated(
      importEvents.flatMap((event) => tawkBodies.map((item) => ({ event, property: { id: 'p1' }, item }))),
    ),
    read: createTranslateTawk({}),
    events: importEvents,
  },
};

/** What the door says to a body: what is stored, or the code of the refusal. Throws what must not happen. */
function atTheDoor(
  { path }: Pick<Source, 'path'>,
  rawBody: Buffer,
  headers: Record<string, string>,
): Admission | string {
  const endpoint = endpoints.get(path);
  if (!endpoint) throw new Error(`nothing is posted to ${path}`);
  // The door may overwrite credentials in the bytes.
  const arrival: Arrival = { rawBody: Buffer.from(rawBody), header: (name) => headers[name], params: {}, now };
  try {
    return endpoint.admit(arrival).admission;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

function timed(body: Buffer): string {
  return `sha256=${createHmac('sha256', fuzzKey).update(`${timestamp}.`).update(body).digest('hex')}`;
}

/** Every body that stands in the fixtures of a source. */
function fixtures(source: 'chatwoot' | 'tawk'): unknown[] {
  const directory = new URL(`../../fixtures/${source}/`, import.meta.url);
  const files = readdirSync(directory).filter((file) => /^(?!INDEX|manifest).+\.json$/.test(file));
  return files.map((file): unknown => JSON.parse(readFileSync(new URL(file, directory), 'utf8')));
}

/** Throws where a body of this source breaks what reads, stores or shows it. Whether it comes to be shown. */
export function checkBody(source: Source, body: Buffer, how: Handled): boolean {
  let stored = body;
  if (source.sign) {
    const admitted = atTheDoor(source, body, source.sign(body));
    if (typeof admitted === 'string') return false;
    checkStorable({ ...admitted, body: undefined });
    stored = admitted.body ?? body;
  }
  const shown = (source.events ?? ['']).map((event) => {
    const meaning = source.read({ event, rawBody: stored, receivedAt: now, headers: signedAt });
    checkStorable(meaning);
    const view = meaning.kind === 'event' ? viewAfter(meaning.event) : undefined;
    if (view && meaning.kind === 'event') show(view, meaning.event, how);
    return view !== undefined;
  });
  return shown.includes(true);
}

/** What is wrong with what shows an incidence, told from what is wrong with reading it. */
export class NotShown extends Error {
  override name = 'NotShown';
}

function show(...shown: Parameters<typeof checkShown>): void {
  try {
    checkShown(...shown);
  } catch (cause) {
    throw new NotShown(`it cannot be shown: ${String(cause)}`, { cause });
  }
}

/** Whether the door takes this body as one that whoever has the key sent. Throws what must not happen. */
export function isTrusted(source: Source, body: Buffer, headers: Record<string, string>): boolean {
  const admitted = atTheDoor(source, body, headers);
  return typeof admitted !== 'string' || !['invalid_signature', 'unauthorized'].includes(admitted);
}
