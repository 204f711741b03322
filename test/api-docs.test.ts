import { createHmac } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Checks, fetchApiDocument } from './support/open-api.ts';
import { type Product, secrets, startProduct, startSandbox, useWebhooks } from './support/product.ts';

const keys = {
  TAWK_JS_API_KEY: 'test-tawk-js-api-key-0123',
  TAWK_CONTEXT_KEY: 'test-tawk-context-key-0123',
  APP_SESSION_SECRET: 'test-app-session-secret-0123456789',
  TELEGRAM_WEBHOOK_SECRET: 'test-telegram-webhook-secret',
};

let product: Product;
let checks: Checks;
beforeAll(async () => {
  const sandbox = await startSandbox();
  await useWebhooks(sandbox);
  product = await startProduct({ sandbox, env: keys });
  checks = await fetchApiDocument(product.baseUrl);
});
afterAll(async () => {
  await product.stop();
  await product.sandbox.stop();
});

/** The routes of the contract, as OpenAPI writes them. */
const promised = [
  ['post', '/api/v1/chatwoot/alerts'],
  ['post', '/api/v1/chatwoot/webhook'],
  ['post', '/api/v1/chatwoot/webhook/{key}'],
  ['post', '/api/v1/chatwoot/test'],
  ['get', '/api/v1/chatwoot/health'],
  ['post', '/webhooks/tawkto'],
  ['post', '/telegram/webhook'],
  ['post', '/api/v1/tawk/context'],
  ['get', '/api/tawk-hash'],
  ['post', '/api/v1/tawk/context'],
  ['post', '/telegram/webhook'],
  ['get', '/chat-page'],
  ['get', '/tawk/context.js'],
  ['get', '/openapi.json'],
  ['get', '/docs'],
  ['get', '/redoc'],
  ['get', '/health'],
  ['get', '/ready'],
  ['get', '/metrics'],
] as const;

test.each(promised)('%s %s is documented', (method, path) => {
  expect(checks.document.paths[path]?.[method]).toMatchObject({
    operationId: expect.stringMatching(/./),
    tags: [expect.stringMatching(/^(Chatwoot Integration|Tawk\.to|Operations)$/)],
    summary: expect.stringMatching(/./),
  });
});

test('an independent validator accepts the document', async () => {
  const outcome = await new Validator().validate(structuredClone(checks.document) as Record<string, unknown>);
  expect(outcome).toEqual({ valid: true });
  expect(checks.document.openapi).toBe('3.1.0');
});

test('the events of both sources are in the section of webhooks', () => {
  expect(Object.keys(checks.document.webhooks)).toEqual([
    'message_created',
    'conversation_status_changed',
    'chat:start',
    'chat:end',
    'chat:transcript_created',
    'ticket:create',
  ]);
});

test('every example is accepted, and answered as the document says', async () => {
  const examples = checks.examples();
  expect(examples.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/api/v1/chatwoot/alerts', '/api/v1/chatwoot/webhook', '/webhooks/tawkto']),
  );
  for (const { method, path, name, body } of examples) {
    const example = `${path} ${name}`;
    expect(checks.problemWithRequest(method, path, body), example).toBeUndefined();
    const text = JSON.stringify(body);
    const answer = await fetch(product.baseUrl + path.replace('{key}', secrets.alertKey), {
      method,
      body: text,
      headers: { 'content-type': 'application/json', ...credentials(path, text) },
    });
    expect([200, 202], example).toContain(answer.status);
    expect(checks.problemWithAnswer(method, path, answer.status, await answer.json()), example).toBeUndefined();
  }
});

test('every route without a body answers as the document says', async () => {
  const token = await new SignJWT({ email: 'asha.rao@example.com', sub: 'user_123' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5 min')
    .sign(new TextEncoder().encode(keys.APP_SESSION_SECRET));
  for (const [method, path] of promised) {
    if (method === 'post' && path !== '/api/v1/chatwoot/test') continue;
    const bearer = path === '/api/tawk-hash' ? token : secrets.alertKey;
    const answer = await fetch(product.baseUrl + path, { method, headers: { authorization: `Bearer ${bearer}` } });
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    expect(Object.keys(checks.document.paths[path]?.[method]?.responses[answer.status]?.content ?? {}), path).toEqual([
      type,
    ]);
    if (type !== 'application/json') continue;
    expect(checks.problemWithAnswer(method, path, answer.status, await answer.json()), path).toBeUndefined();
  }
});

describe('refusals are answered as the document says', () => {
  const key = { authorization: `Bearer ${secrets.alertKey}` };
  test.each([
    ['post', '/api/v1/chatwoot/alerts', 401, { body: '{}' }],
    ['post', '/api/v1/chatwoot/alerts', 400, { body: '{', headers: key }],
    ['post', '/api/v1/chatwoot/alerts', 422, { body: '{"severity":"huge"}', headers: key }],
    ['post', '/api/v1/chatwoot/alerts', 413, { body: ' '.repeat(300_000), headers: key }],
    ['post', '/api/v1/chatwoot/alerts', 415, { body: '{}', headers: { ...key, 'content-type': 'text/plain' } }],
    ['post', '/api/v1/chatwoot/webhook', 401, { body: '{}' }],
    ['post', '/api/v1/chatwoot/test', 401, {}],
    ['post', '/webhooks/tawkto', 401, { body: '{}' }],
    ['post', '/telegram/webhook', 401, { body: '{"update_id":1}' }],
    ['get', '/api/tawk-hash', 401, {}],
    ['get', '/metrics', 401, {}],
  ] as const)('%s %s → %i', async (method, path, status, request) => {
    const answer = await fetch(product.baseUrl + path, {
      method,
      ...request,
      headers: { 'content-type': 'application/json', ...('headers' in request ? request.headers : {}) },
    });
    expect(answer.status).toBe(status);
    expect(checks.problemWithAnswer(method, path, status, await answer.json())).toBeUndefined();
  });
});

function credentials(path: string, body: string): Record<string, string> {
  if (path.endsWith('/alerts')) return { authorization: `Bearer ${secrets.alertKey}` };
  if (path === '/webhooks/tawkto') {
    return { 'x-tawk-signature': createHmac('sha1', secrets.tawk).update(body).digest('hex') };
  }
  if (path === '/telegram/webhook') return { 'x-telegram-bot-api-secret-token': keys.TELEGRAM_WEBHOOK_SECRET };
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = (secret: string) => createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  if (path === '/api/v1/tawk/context') {
    const signature = `sha256=${mac(keys.TAWK_CONTEXT_KEY)}`;
    return { 'x-bellhop-timestamp': timestamp, 'x-bellhop-signature': signature };
  }
  return { 'x-chatwoot-timestamp': timestamp, 'x-chatwoot-signature': `sha256=${mac(secrets.chatwoot)}` };
}
