import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SEED } from '../src/sandbox/seed.ts';
import { openChat } from './support/chat.ts';
import {
  type Answered,
  post,
  postAlert,
  postChatwoot,
  postTawk,
  type Product,
  quiet,
  secrets,
  startProduct,
} from './support/product.ts';

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

/** An error has the contract's shape, tells what to do and gives nothing away. */
function expectError(answer: Answered, status: number, code: string): void {
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status, body: { success: false, error: code } });
  expect(answer.body['message']).toMatch(/^.{15,}[.)]$/s);
  expect(answer.body['message']).toMatch(
    /\b(send|correct|set|check|copy|sign|give|use|must|takes|is not the value|list|go to|signs)\b/i,
  );
  for (const secret of Object.values(secrets)) expect(JSON.stringify(answer.body)).not.toContain(secret);
}

const notJson: [string, string | Buffer][] = [
  ['nothing', ''],
  ['words', 'severity=high'],
  ['a truncated object', '{"severity":"high","rea'],
  ['an array', '[]'],
  ['null', 'null'],
  ['a number', '42'],
  ['a text', '"high"'],
  ['Latin-1', Buffer.from('{"message":"Überfällig"}', 'latin1')],
  ['UTF-16', Buffer.from('{"severity":"high"}', 'utf16le')],
  ['zeros', Buffer.alloc(100)],
];

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
    ['gzip', { 'content-encoding': 'gzip' }],
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

describe('the Chatwoot webhook', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const sign = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');
  const body = JSON.stringify({ event: 'message_created' });

  test.each<[string, () => Record<string, string>]>([
    ['no signature at all', () => ({})],
    ['no timestamp', () => ({ 'x-chatwoot-signature': `sha256=${sign(secrets.chatwoot, body)}` })],
    ['an hour old', () => signed(secrets.chatwoot, now() - 3_600)],
    ['an hour early', () => signed(secrets.chatwoot, now() + 3_600)],
    [
      'another timestamp than the signed one',
      () => ({ ...signed(secrets.chatwoot, now()), 'x-chatwoot-timestamp': String(now() - 1) }),
    ],
    ['milliseconds', () => signed(secrets.chatwoot, Date.now())],
    ['a timestamp of words', () => ({ ...signed(secrets.chatwoot, now()), 'x-chatwoot-timestamp': 'now' })],
    [
      'an HMAC of the body alone',
      () => ({
        'x-chatwoot-timestamp': String(now()),
        'x-chatwoot-signature': `sha256=${sign(secrets.chatwoot, body)}`,
      }),
    ],
    ['another secret', () => signed('another', now())],
    ['no secret', () => signed('', now())],
    [
      'no prefix',
      () => ({
        ...signed(secrets.chatwoot, now()),
        'x-chatwoot-signature': sign(secrets.chatwoot, `${now()}.${body}`),
      }),
    ],
    ['the secret itself', () => ({ 'x-chatwoot-timestamp': String(now()), 'x-chatwoot-signature': secrets.chatwoot })],
  ])('signed with %s → 401', async (_name, headers) => {
    expectError(await post(product.baseUrl + webhook, body, headers()), 401, 'invalid_signature');
  });

  function signed(secret: string, timestamp: number): Record<string, string> {
    return {
      'x-chatwoot-timestamp': String(timestamp),
      'x-chatwoot-signature': `sha256=${sign(secret, `${timestamp}.${body}`)}`,
    };
  }

  test.each(notJson)('signed, but %s → 400, and kept', async (_name, bytes) => {
    const answer = await postChatwoot(product, bytes);
    expectError(answer, 400, 'bad_request');
    await quiet(product);
    const kept = await product.rows<{ body: Buffer; state: string }>(
      'select body, state from inbound_events order by id desc limit 1',
    );
    expect(kept).toEqual([{ body: Buffer.from(bytes), state: 'drift' }]);
  });

  test.each(['{}', '{"event":null}', '{"event":7}', '{"event":""}', '{"event":"\\u0000"}'])(
    'signed, without an event: %s → 422, and kept',
    async (json) => {
      expectError(await postChatwoot(product, json), 422, 'unprocessable');
    },
  );

  test.each<[string, unknown]>([
    ['an unknown event', { event: 'conversation_exploded', id: 1 }],
    ['an unknown status', { event: 'conversation_updated', id: 1, status: 'on fire' }],
    ['no id', { event: 'conversation_created', status: 'open' }],
    ['a message of nothing', { event: 'message_created' }],
    [
      'wrong types everywhere',
      { event: 'message_created', id: {}, content: 7, conversation: [], sender: 'me', created_at: {} },
    ],
    [
      'wrong types in the conversation',
      { event: 'conversation_created', id: 3, status: 'open', messages: {}, meta: 7, labels: [1], updated_at: 'x' },
    ],
    ['__proto__', { event: '__proto__' }],
  ])('signed, with %s → 200, and kept', async (_name, event) => {
    expect(await postChatwoot(product, JSON.stringify(event))).toMatchObject({ status: 200, body: { success: true } });
    await quiet(product);
    expect(await product.rows("select 1 from inbound_events where state in ('failed', 'stored')")).toEqual([]);
  });

  test('a wrong key in the path → 401', async () => {
    expectError(await post(`${product.baseUrl}${webhook}/wrong`, body), 401, 'unauthorized');
    expectError(await post(`${product.baseUrl}${webhook}/%00`, body), 401, 'unauthorized');
  });

  test('a hundred deliveries of one id at once are stored once and shown once', async () => {
    const message = {
      event: 'message_created',
      id: 1,
      content: 'once',
      message_type: 'incoming',
      conversation: { id: 4711, status: 'open' },
    };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => postChatwoot(product, JSON.stringify(message), 'one-id')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await quiet(product);
    expect(await product.rows("select 1 from inbound_events where delivery_id = 'one-id'")).toHaveLength(1);
    expect(
      openChat(product)
        .messages()
        .filter(({ text }) => text?.includes('#4711')),
    ).toHaveLength(1);
  });
});

describe('the Tawk webhook', () => {
  const raw = (name: string) => readFileSync(new URL(`fixtures/tawk/${name}`, import.meta.url));
  const body = raw('raw/compact-utf8.raw');
  const mac = (algorithm: string, secret: string, encoding: 'hex' | 'base64' = 'hex') =>
    createHmac(algorithm, secret).update(body).digest(encoding);
  const right = mac('sha1', secrets.tawk);

  test.each<[string, string | undefined, boolean]>([
    ['correct lower-case hex', right, true],
    ['upper-case hex', right.toUpperCase(), true],
    ['surrounding spaces', ` ${right} `, true],
    ['no signature', undefined, false],
    ['base64 of the same digest', mac('sha1', secrets.tawk, 'base64'), false],
    ['sha1= prefix', `sha1=${right}`, false],
    ['HMAC-SHA256', mac('sha256', secrets.tawk), false],
    ['plain SHA-1 of the body', createHash('sha1').update(body).digest('hex'), false],
    ['the secret itself', secrets.tawk, false],
    ['another secret', mac('sha1', 'another'), false],
    ['no secret', mac('sha1', ''), false],
  ])('%s', async (_name, signature, isRight) => {
    const answer = await post(
      `${product.baseUrl}/webhooks/tawkto`,
      body,
      signature === undefined ? {} : { 'x-tawk-signature': signature },
    );
    if (isRight) expect(answer).toEqual({ status: 200, body: { status: 'ok' } });
    else expectError(answer, 401, 'invalid_signature');
  });

  test.each(notJson)('signed, but %s → 200, kept and told', async (_name, bytes) => {
    expect(await postTawk(product, bytes)).toEqual({ status: 200, body: { status: 'ok' } });
    await quiet(product);
    expect(await product.rows('select state from inbound_events order by id desc limit 1')).toEqual([
      { state: 'drift' },
    ]);
  });

  test('one event id with two bodies is stored once', async () => {
    expect(await postTawk(product, raw('real__chat-start__basic.json'), 'same')).toMatchObject({ status: 200 });
    expect(await postTawk(product, raw('real__chat-end__basic.json'), 'same')).toMatchObject({ status: 200 });
    expect(await product.rows("select event from inbound_events where delivery_id = 'same'")).toEqual([
      { event: 'chat:start' },
    ]);
  });
});
