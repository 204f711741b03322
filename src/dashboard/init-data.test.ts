import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { userOfInitData } from './init-data.ts';

const token = '123456789:a-token-of-a-bot-that-does-not-exist';
const now = new Date('2026-11-27T12:00:00Z');
const user = JSON.stringify({ id: 4711, first_name: 'Léa & Co', username: 'lea' });
const fields = { query_id: 'AAH', user, auth_date: String(now.getTime() / 1000 - 30) };

function sign(given: Readonly<Record<string, string>>, by = token): string {
  const key = createHmac('sha256', 'WebAppData').update(by).digest();
  const text = Object.entries(given)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join('\n');
  return new URLSearchParams({ ...given, hash: createHmac('sha256', key).update(text).digest('hex') }).toString();
}

test('whoever Telegram signed for', () => {
  expect(userOfInitData(sign(fields), token, now)).toBe(4711);
});

test.each([
  ['nothing', ''],
  ['no hash', new URLSearchParams(fields).toString()],
  ['signed for another bot', sign(fields, '987654321:another-bot')],
  ['somebody else put in', sign(fields).replace('4711', '4712')],
  ['a field added', `${sign(fields)}&chat_type=private`],
  ['eleven minutes old', sign({ ...fields, auth_date: String(now.getTime() / 1000 - 660) })],
  ['without a date', sign({ query_id: 'AAH', user })],
  ['without a user', sign({ auth_date: fields.auth_date })],
])('nobody: %s', (_, initData) => {
  expect(userOfInitData(initData, token, now)).toBeUndefined();
});
