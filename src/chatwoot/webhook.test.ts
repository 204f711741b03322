import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Arrival } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { admitChatwootWebhook, type ChatwootSettings, describeForAnswer } from './webhook.ts';

const fixtures = new URL('../../test/fixtures/chatwoot/', import.meta.url);
const { secret, deliveries } = z
  .object({
    secret: z.string(),
    deliveries: z.array(
      z.object({
        fixture: z.string(),
        body: z.string(),
        signed: z.boolean(),
        headers: z.record(z.string(), z.string()),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('wire/deliveries.json', fixtures), 'utf8')));

const now = new Date(1_773_481_413_000);
const settings: ChatwootSettings = { secrets: [secret], alertKey: 'alert-key', allowUnsigned: false };

function arrival(
  rawBody: Buffer | string,
  headers: Record<string, string> = {},
  params: Arrival['params'] = {},
): Arrival {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { rawBody: Buffer.from(rawBody), header: (name) => lower.get(name), params, now };
}

function outcome(given: Arrival, changed: Partial<ChatwootSettings> = {}): string {
  try {
    return admitChatwootWebhook(given, { ...settings, ...changed }).event;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

describe.each(deliveries)('$fixture', ({ body, signed, headers }) => {
  const rawBody = readFileSync(new URL(body, fixtures));
  const { event } = z.object({ event: z.string() }).parse(JSON.parse(rawBody.toString()));

  it(signed ? 'is accepted by its signature' : 'is accepted only by the key in the path', () => {
    expect(outcome(arrival(rawBody, headers))).toBe(signed ? event : 'invalid_signature');
    expect(outcome(arrival(rawBody, headers, { key: 'alert-key' }))).toBe(event);
    expect(outcome(arrival(rawBody, headers, { key: 'alert-kex' }))).toBe('unauthorized');
  });
});

it('is rejected when its JSON was parsed and written again', () => {
  const rewritten = deliveries.filter(({ body, signed, headers }) => {
    const rawBody = readFileSync(new URL(body, fixtures));
    const bytes = Buffer.from(JSON.stringify(JSON.parse(rawBody.toString())));
    return signed && !bytes.equals(rawBody) && outcome(arrival(bytes, headers)) === 'invalid_signature';
  });
  expect(rewritten.length).toBeGreaterThan(30);
});

it('keeps the delivery id and the headers that help, nothing else', () => {
  const rawBody = '{"event":"message_created"}';
  const timestamp = '1773481413';
  const signature = `sha256=${createHmac('sha256', secret).update(`${timestamp}.${rawBody}`).digest('hex')}`;
  const headers = {
    'X-Chatwoot-Signature': signature,
    'X-Chatwoot-Timestamp': timestamp,
    'X-Chatwoot-Delivery': ` ${'d'.repeat(300)} `,
    'User-Agent': 'Ruby',
    Authorization: 'Basic secret',
  };
  expect(admitChatwootWebhook(arrival(rawBody, headers), settings)).toEqual({
    source: 'chatwoot',
    event: 'message_created',
    deliveryId: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
    headers: { 'user-agent': 'Ruby', 'x-chatwoot-timestamp': timestamp },
  });
  const admitted = admitChatwootWebhook(
    arrival(rawBody, { 'X-Chatwoot-Delivery': ' ' }, { key: 'alert-key' }),
    settings,
  );
  expect(admitted.deliveryId).toBeUndefined();
});

describe('who is accepted', () => {
  const body = '{"event":"x"}';
  const bad = { 'X-Chatwoot-Signature': `sha256=${'0'.repeat(64)}`, 'X-Chatwoot-Timestamp': '1773481413' };
  it.each<[string, Record<string, string>, Partial<ChatwootSettings>, Arrival['params'], string]>([
    ['no secret set', {}, { secrets: [] }, {}, 'not_configured'],
    ['no secret set, unsigned allowed', {}, { secrets: [], allowUnsigned: true }, {}, 'x'],
    ['nothing to check a signature with, unsigned allowed', bad, { secrets: [], allowUnsigned: true }, {}, 'x'],
    ['unsigned', {}, {}, {}, 'invalid_signature'],
    ['unsigned, allowed', {}, { allowUnsigned: true }, {}, 'x'],
    ['a bad signature although unsigned is allowed', bad, { allowUnsigned: true }, {}, 'invalid_signature'],
    ['a key in the path, none set', {}, { alertKey: undefined }, { key: 'k' }, 'not_configured'],
    [
      'a key in the path, none set, unsigned allowed',
      {},
      { alertKey: undefined, allowUnsigned: true },
      { key: 'k' },
      'x',
    ],
    ['a wrong key although unsigned is allowed', {}, { allowUnsigned: true }, { key: 'k' }, 'unauthorized'],
    ['an empty key', {}, {}, { key: '' }, 'unauthorized'],
  ])('%s', (_, headers, changed, params, expected) => {
    expect(outcome(arrival(body, headers, params), changed)).toBe(expected);
  });

  it('names the variable to set', () => {
    const unset = { ...settings, secrets: [] };
    expect(() => admitChatwootWebhook(arrival(body), unset)).toThrow(/CHATWOOT_WEBHOOK_SECRET/);
  });
});

describe('describeForAnswer', () => {
  it.each([
    ['{"event":"message_created"}', 'message_created', true, undefined],
    ['\uFEFF{"event":"message_created"}', 'message_created', true, undefined],
    [`{"event":"${'e'.repeat(300)}\\u0000"}`, 'e'.repeat(100), true, undefined],
    ['{"severity":"high"}', null, true, /no "event".*\/alerts/],
    ['{"event":7}', null, true, /no "event"/],
    ['[{"event":"x"}]', null, false, /not a JSON object/],
    ['null', null, false, /not a JSON object/],
    ['{"event":', null, false, /not JSON/],
    ['', null, false, /not JSON/],
    [Buffer.from([0x7b, 0xff, 0x7d]), null, false, /not UTF-8/],
  ])('%s', (body, event, readable, problem) => {
    const said = describeForAnswer(Buffer.from(body));
    expect(said).toMatchObject({ event, readable });
    if (problem) expect(said.problem).toMatch(problem);
    else expect(said).not.toHaveProperty('problem');
  });

  it('says "unreadable" of any bytes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(outcome(arrival(Buffer.from(bytes)), { secrets: [], allowUnsigned: true })).not.toBe('');
      }),
    );
  });
});
