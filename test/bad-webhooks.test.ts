import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectError, notJson } from './support/bad-input.ts';
import { openChat } from './support/chat.ts';
import {
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

/** Whatever was sent, the product goes on. */
afterEach(async () => {
  const alert = { severity: 'low', reason: 'CHECK', conversation_id: 'alive', message: 'Still alive' };
  expect(await postAlert(product, alert)).toMatchObject({ status: 200 });
});

const webhook = '/api/v1/chatwoot/webhook';

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

  test.each(notJson)('signed, but %s → 200, kept and reported', async (_name, bytes) => {
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
