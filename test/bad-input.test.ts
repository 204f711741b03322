import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { expectError, notJson } from './support/bad-input.ts';
import { post, postAlert, type Product, secrets, startProduct } from './support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

/** Whatever was sent, the product goes on: a good alert still gets its card. */
afterEach(async () => {
  const { status, body } = await postAlert(product, good);
  expect(status).toBe(200);
  expect(product.sandbox.message(SEED.supportTeam, Number(body['telegram_message_id']))?.text).toContain('Still alive');
});

const good = { severity: 'low', reason: 'CHECK', conversation_id: 'alive', message: 'Still alive' };
const alerts = '/api/v1/chatwoot/alerts';
const webhook = '/api/v1/chatwoot/webhook';
const key = { authorization: `Bearer ${secrets.alertKey}` };

describe('alerts', () => {
  test.each(notJson)('a body that is %s → 400', async (_name, body) => {
    expectError(await post(product.baseUrl + alerts, body, key), 400, 'bad_request');
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ['no severity', { severity: undefined }, ['severity']],
    ['an unknown severity', { severity: 'urgent' }, ['severity']],
    ['a severity that is a number', { severity: 1 }, ['severity']],
    ['a severity that is an array', { severity: ['high'] }, ['severity']],
    ['no reason', { reason: undefined }, ['reason']],
    ['an empty reason', { reason: ' \u0000 ' }, ['reason']],
    ['a reason that is an object', { reason: {} }, ['reason']],
    ['no conversation', { conversation_id: undefined }, ['conversation_id']],
    ['an empty conversation', { conversation_id: '' }, ['conversation_id']],
    ['half a conversation', { conversation_id: 1.5 }, ['conversation_id']],
    ['a conversation beyond counting', { conversation_id: 1e300 }, ['conversation_id']],
    ['a conversation that is true', { conversation_id: true }, ['conversation_id']],
    ['no message', { message: undefined }, ['message']],
    ['a message that is null', { message: null }, ['message']],
    [
      'nothing right at all',
      { severity: 0, reason: 0, conversation_id: {}, message: [] },
      ['severity', 'reason', 'conversation_id', 'message'],
    ],
  ])('%s → 422 that names it', async (_name, wrong, fields) => {
    const answer = await postAlert(product, { ...good, ...wrong });
    expectError(answer, 422, 'unprocessable');
    expect((answer.body['details'] as string[]).map((detail) => detail.split(':')[0])).toEqual(fields);
  });

  test.each<[string, Record<string, unknown>]>([
    [
      'optional fields of any type',
      { customer_name: 7, customer_email: {}, timestamp: [], chatwoot_url: 1, additional_info: 'x' },
    ],
    [
      'nulls',
      { customer_name: null, customer_email: null, timestamp: null, chatwoot_url: null, additional_info: null },
    ],
    ['an impossible time', { timestamp: '2025-02-31T99:00:00Z' }],
    [
      'NUL characters everywhere',
      { reason: 'a\0b', message: 'a\0b', customer_name: '\0', additional_info: { 'k\0': 'v\0' } },
    ],
    [
      'lone surrogates',
      { reason: 'a\ud800', message: '\udc00', customer_name: '\ud83d', additional_info: { '\ud800': '\udfff' } },
    ],
    ['a conversation of control characters', { conversation_id: 'a\u0000\u0007b' }],
    ['a conversation 10,000 characters long', { conversation_id: 'x'.repeat(10_000) }],
    ['an empty message', { message: '' }],
    ['severity in capitals and spaces', { severity: ' CRITICAL ' }],
    [
      '__proto__',
      JSON.parse('{"__proto__":{"severity":"x"},"constructor":1,"additional_info":{"__proto__":"x","toString":"y"}}'),
    ],
  ])('%s is no reason to refuse', async (_name, odd) => {
    expect(await postAlert(product, { ...good, conversation_id: 'odd', ...odd })).toMatchObject({
      status: 200,
      body: { success: true },
    });
  });

  test('2,000 levels of nesting are no reason to refuse', async () => {
    const nested = `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`;
    const body = JSON.stringify({ ...good, additional_info: 0 }).replace(
      '"additional_info":0',
      `"additional_info":{"deep":${nested}}`,
    );
    expect(await post(product.baseUrl + alerts, body, key)).toMatchObject({ status: 200 });
    expect(await post(product.baseUrl + alerts, '['.repeat(100_000), key)).toMatchObject({ status: 400 });
  });

  test.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['a wrong key', { authorization: 'Bearer wrong' }],
    ['the key in another scheme', { authorization: `Basic ${secrets.alertKey}` }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['a wrong X-Api-Key', { 'x-api-key': 'wrong' }],
    ['the key and more', { authorization: `Bearer ${secrets.alertKey}x` }],
  ])('%s → 401', async (_name, headers) => {
    expectError(await post(product.baseUrl + alerts, JSON.stringify(good), headers), 401, 'unauthorized');
    expectError(await post(`${product.baseUrl}/api/v1/chatwoot/test`, '', headers), 401, 'unauthorized');
  });

  test('X-Api-Key is as good as a bearer', async () => {
    expect(await post(product.baseUrl + alerts, JSON.stringify(good), { 'x-api-key': secrets.alertKey })).toMatchObject(
      { status: 200 },
    );
  });

  test.each<[string, Record<string, string>]>([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('%s → 415', async (_name, headers) => {
    expectError(
      await post(product.baseUrl + alerts, JSON.stringify(good), { ...key, ...headers }),
      415,
      'unsupported_media_type',
    );
  });

  test('a Chatwoot event that came to the wrong address is sent to the right one', async () => {
    const answer = await postAlert(product, { event: 'message_created', id: 1 });
    expectError(answer, 422, 'unprocessable');
    expect(answer.body['message']).toContain(webhook);
  });
});
