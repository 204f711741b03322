import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Arrival } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { isSigned } from './signature.ts';
import { admitTawkWebhook, type TawkSettings } from './webhook.ts';

const fixtures = new URL('../../test/fixtures/tawk/', import.meta.url);
const fixtureSchema = z.object({
  file: z.string(),
  eventId: z.string(),
  signature: z.string(),
  event: z.string().nullish(),
});
const manifest = z
  .object({
    secret: z.string(),
    fixtures: z.array(fixtureSchema),
    raw: z.array(fixtureSchema),
    headerCases: z.object({
      body: z.string(),
      cases: z.array(z.object({ name: z.string(), 'X-Tawk-Signature': z.string() })),
    }),
  })
  .parse(JSON.parse(readFileSync(new URL('manifest.json', fixtures), 'utf8')));

const settings: TawkSettings = { secrets: [manifest.secret], allowUnsigned: false };

function arrival(rawBody: Buffer, headers: Record<string, string>): Arrival {
  return { rawBody, header: (name) => headers[name], params: {}, now: new Date(0) };
}

function deliveryIdOf(value: string): string | undefined {
  const given = arrival(Buffer.from('{}'), { 'x-hook-event-id': value });
  return admitTawkWebhook(given, { secrets: [], allowUnsigned: true }).deliveryId;
}

function outcome(given: Arrival, changed: Partial<TawkSettings> = {}): string {
  try {
    return admitTawkWebhook(given, { ...settings, ...changed }).event;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

it.each(manifest.fixtures)('$file is accepted', ({ file, eventId, signature, event }) => {
  const rawBody = readFileSync(new URL(file, fixtures));
  const given = arrival(rawBody, { 'x-tawk-signature': signature, 'x-hook-event-id': eventId });
  const admitted = admitTawkWebhook(given, settings);
  expect(admitted).toMatchObject({ source: 'tawk', deliveryId: eventId });
  if (event) expect(admitted.event).toBe(event);
  expect(outcome(arrival(Buffer.concat([rawBody, Buffer.from(' ')]), { 'x-tawk-signature': signature }))).toBe(
    'invalid_signature',
  );
});

it.each(manifest.raw)('$file is accepted by its bytes', ({ file, signature }) => {
  const names: Record<string, string> = {
    'raw/number-format.raw': 'ticket:create',
    'raw/duplicate-keys.raw': 'chat:end',
    'raw/truncated.raw': 'unreadable',
    'raw/empty.raw': 'unreadable',
    'raw/whitespace.raw': 'unreadable',
  };
  const given = arrival(readFileSync(new URL(file, fixtures)), { 'x-tawk-signature': signature });
  expect(outcome(given)).toBe(names[file] ?? 'chat:start');
});

describe('the header cases', () => {
  const rawBody = readFileSync(new URL(manifest.headerCases.body, fixtures));
  const expected: Record<string, string> = {
    'correct lower-case hex': 'ok',
    'upper-case hex': 'ok',
    'surrounding spaces': 'ok',
    'base64 of the same digest': 'base64',
    'sha1= prefix': 'prefix',
    'HMAC-SHA256 hex': 'sha256',
    'plain SHA-1 of the body': 'plain-hash',
    'the secret itself': 'not-hex',
    'wrong secret': 'mismatch',
  };
  it.each(manifest.headerCases.cases)('$name', ({ name, 'X-Tawk-Signature': signature }) => {
    const result = isSigned(rawBody, () => signature, [manifest.secret]);
    expect(result.ok ? 'ok' : result.fault).toBe(expected[name]);
  });

  it('a missing or empty header is no signature', () => {
    expect(isSigned(rawBody, () => undefined, [manifest.secret])).toMatchObject({ fault: 'missing-signature' });
    expect(isSigned(rawBody, () => ' ', [manifest.secret])).toMatchObject({ fault: 'missing-signature' });
  });

  it('tries every secret, and an empty one signs nothing', () => {
    const signed = (key: string) => createHmac('sha1', key).update(rawBody).digest('hex');
    expect(isSigned(rawBody, () => signed('old'), ['new', 'old']).ok).toBe(true);
    expect(isSigned(rawBody, () => signed('new'), ['new', 'old']).ok).toBe(true);
    expect(isSigned(rawBody, () => signed(''), ['']).ok).toBe(false);
  });

  it('no value makes it throw', () => {
    fc.assert(fc.property(fc.string(), (value) => void isSigned(rawBody, () => value, ['s'])));
  });
});

describe('who is accepted', () => {
  const rawBody = Buffer.from('{"event":"test"}');
  const bad = { 'x-tawk-signature': '0'.repeat(40) };
  it.each<[string, Record<string, string>, Partial<TawkSettings>, string]>([
    ['no secret set', {}, { secrets: [] }, 'not_configured'],
    ['no secret set, unsigned allowed', bad, { secrets: [], allowUnsigned: true }, 'test'],
    ['unsigned', {}, {}, 'invalid_signature'],
    ['unsigned, allowed', {}, { allowUnsigned: true }, 'test'],
    ['a bad signature although unsigned is allowed', bad, { allowUnsigned: true }, 'invalid_signature'],
  ])('%s', (_, headers, changed, expected) => {
    expect(outcome(arrival(rawBody, headers), changed)).toBe(expected);
  });

  it('names the variable to set', () => {
    expect(() => admitTawkWebhook(arrival(rawBody, {}), { ...settings, secrets: [] })).toThrow(/TAWK_WEBHOOK_SECRET/);
  });

  it('the event id is trimmed, made short when too long, or none', () => {
    expect(deliveryIdOf(' abc ')).toBe('abc');
    expect(deliveryIdOf('x'.repeat(300))).toMatch(/^sha256:[0-9a-f]{32}$/);
    // Cut off they would be one, and the second delivery lost.
    expect(deliveryIdOf(`${'x'.repeat(300)}1`)).not.toBe(deliveryIdOf(`${'x'.repeat(300)}2`));
    expect(deliveryIdOf('  ')).toBeUndefined();
  });

  it('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(outcome(arrival(Buffer.from(bytes), {}), { secrets: [], allowUnsigned: true })).not.toBe('');
      }),
    );
  });
});
