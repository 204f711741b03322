import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isSigned } from './signature.ts';

const fixtures = new URL('../../test/fixtures/chatwoot/', import.meta.url);
const headersSchema = z.record(z.string(), z.string());
const { secret, cases } = z
  .object({
    secret: z.string(),
    cases: z.array(z.object({ case: z.string(), now: z.number(), headers: headersSchema, body: z.string() })),
  })
  .parse(JSON.parse(readFileSync(new URL('wire/verification_cases.json', fixtures), 'utf8')));

function check(rawBody: Buffer, headers: Record<string, string>, secrets: readonly string[], nowSeconds: number) {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const result = isSigned(rawBody, (name) => lower.get(name), secrets, new Date(nowSeconds * 1000));
  return result.ok ? 'ok' : result.fault;
}

describe('the verification cases', () => {
  const expected = new Map([
    ['valid', 'ok'],
    ['same_delivery_again', 'ok'],
    ['same_content_new_delivery', 'ok'],
    ['stale_timestamp', 'stale'],
    ['timestamp_swapped', 'mismatch'],
    ['body_only_hmac', 'body-only'],
    ['wrong_secret', 'mismatch'],
    ['no_prefix', 'no-prefix'],
    ['unsigned', 'missing-signature'],
  ]);
  it.each(cases)('$case', ({ case: name, now, headers, body }) => {
    const rawBody = readFileSync(new URL(body, fixtures));
    expect(check(rawBody, headers, [secret], now)).toBe(expected.get(name.split(' ')[0] ?? ''));
  });
});

describe('isSigned', () => {
  const body = Buffer.from('{"event":"x"}');
  const now = 1_773_481_413;
  const sign = (key: string, timestamp: string | number = now) =>
    `sha256=${createHmac('sha256', key).update(`${timestamp}.`).update(body).digest('hex')}`;
  const headers = (signature: string, timestamp: string | number = now) => ({
    'X-Chatwoot-Signature': signature,
    'X-Chatwoot-Timestamp': String(timestamp),
  });

  it('tries every secret', () => {
    expect(check(body, headers(sign('new')), ['old', 'new'], now)).toBe('ok');
    expect(check(body, headers(sign('old')), ['old', 'new'], now)).toBe('ok');
    expect(check(body, headers(sign('other')), ['old', 'new'], now)).toBe('mismatch');
  });

  it('an empty secret signs nothing', () => {
    expect(check(body, headers(sign('')), [''], now)).toBe('mismatch');
    expect(check(body, headers(sign('')), [], now)).toBe('mismatch');
  });

  it.each([
    [-301, 'stale'],
    [-300, 'ok'],
    [300, 'ok'],
    [301, 'stale'],
  ])('a timestamp %i s off: %s', (offset, expected) => {
    expect(check(body, headers(sign('s', now + offset), now + offset), ['s'], now)).toBe(expected);
  });

  it.each([
    ['no timestamp', { 'X-Chatwoot-Signature': sign('s') }, 'missing-timestamp'],
    ['milliseconds', headers(sign('s'), now * 1000), 'bad-timestamp'],
    ['text', headers(sign('s'), 'now'), 'bad-timestamp'],
    ['a short value', headers('sha256=abc'), 'not-hex'],
    ['a long value', headers(`${sign('s')}00`), 'not-hex'],
    ['base64', headers(`sha256=${Buffer.alloc(32).toString('base64')}`), 'not-hex'],
    ['two signatures', headers(`${sign('s')}, ${sign('s')}`), 'not-hex'],
    ['empty', headers(''), 'missing-signature'],
  ])('%s', (_, given, expected) => {
    expect(check(body, given, ['s'], now)).toBe(expected);
  });
});
