import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { readBody } from './payload.ts';
import { withoutSecrets } from './redact.ts';

const wire = new URL('../../test/fixtures/chatwoot/wire/', import.meta.url);
const redacted = (body: Buffer | string) => {
  const bytes = Buffer.from(body);
  return withoutSecrets(bytes, readBody(bytes)).toString();
};

test.each(readdirSync(wire).filter((name) => name.endsWith('.body')))('%s keeps all but its secrets', (name) => {
  const body = readFileSync(new URL(name, wire));
  const stored = redacted(body);
  expect(stored).not.toContain('FAKE');
  const { channel, ...before } = JSON.parse(body.toString());
  const { channel: kept, ...after } = JSON.parse(stored);
  const starred = JSON.stringify(before).replaceAll(/FAKEpubsubTOKEN\w+/g, (token) => '*'.repeat(token.length));
  expect(after).toEqual(JSON.parse(starred));
  expect(kept).toEqual(typeof channel === 'object' ? { id: 9, bot_name: 'meridian_cs_bot' } : channel);
});

test.each([
  ['with spaces', '{"pubsub_token" :\n"abc"}', '{"pubsub_token" :\n"***"}'],
  ['with an escaped quote', String.raw`{"pubsub_token":"a\"b","x":1}`, '{"pubsub_token":"****","x":1}'],
  [
    'twice',
    '{"a":{"pubsub_token":"1"},"b":[{"pubsub_token":"22"}]}',
    '{"a":{"pubsub_token":"*"},"b":[{"pubsub_token":"**"}]}',
  ],
  ['null', '{"pubsub_token":null,"x":"y"}', '{"pubsub_token":null,"x":"y"}'],
  ['cut off', '{"pubsub_token":"ab', '{"pubsub_token":"**'],
  ['of a channel that cannot be read', '{"channel":{"imap_password":"ab"', '{"channel":{"imap_password":"**"'],
  [
    'quoted by a customer',
    String.raw`{"content":"{\"pubsub_token\":\"x\"}"}`,
    String.raw`{"content":"{\"pubsub_token\":\"x\"}"}`,
  ],
])('a token %s', (_, body, stored) => {
  expect(redacted(body)).toBe(stored);
});

it('leaves every other JSON as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const body = JSON.stringify({ value });
      expect(redacted(body)).toBe(body);
    }),
  );
});
