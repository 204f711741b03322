import { describe, expect, test } from 'vitest';
import { startSandbox } from './support/start-sandbox.ts';

test('takes GET and POST, the query, JSON, forms and multipart alike', async () => {
  const { sandbox, seed } = await startSandbox();
  const url = `${sandbox.apiRoot}/bot${sandbox.token}/sendMessage`;
  const chat_id = String(seed.supportTeam);
  const multipart = new FormData();
  multipart.set('chat_id', chat_id);
  multipart.set('text', 'multipart');
  const reply_markup = JSON.stringify({ inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] });
  const responses = await Promise.all([
    fetch(`${url}?${new URLSearchParams({ chat_id, text: 'query', reply_markup }).toString()}`),
    fetch(url, { method: 'POST', body: new URLSearchParams({ chat_id, text: 'form', reply_markup }) }),
    fetch(url, { method: 'POST', body: multipart }),
    fetch(url.replace('sendMessage', 'SENDmessage'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ chat_id, text: 'json' }),
    }),
  ]);
  expect(responses.map((response) => response.status)).toEqual([200, 200, 200, 200]);
  expect(
    sandbox
      .messages(seed.supportTeam)
      .map((message) => message.text)
      .sort(),
  ).toEqual(['form', 'json', 'multipart', 'query']);
  expect(sandbox.unknownParameters).toEqual([]);
});

test.each([
  ['another token', '/bot1234567:somebodyelse/getMe', 401, 'Unauthorized'],
  ['no token', '/botnonsense/getMe', 404, 'Not Found'],
  ['an unknown method', '/bot<token>/sendMesage', 404, 'Not Found'],
  ['another path', '/whatever', 404, 'Not Found'],
])('%s is refused', async (_, path, status, description) => {
  const { sandbox } = await startSandbox();
  const response = await fetch(sandbox.apiRoot + path.replace('<token>', sandbox.token));
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ ok: false, error_code: status, description });
});

test('reports parameters that no method has or that have the wrong type', async () => {
  const { sandbox, seed, call } = await startSandbox();
  await call('sendMessage', { chat_id: seed.supportTeam, text: 'x', parsemode: 'HTML', disable_notification: 'maybe' });
  await call('getMe', { receiver: 1 });
  expect(sandbox.unknownParameters).toEqual([
    { method: 'sendMessage', parameter: 'parsemode', reason: 'unknown' },
    { method: 'sendMessage', parameter: 'disable_notification', reason: 'mistyped' },
    { method: 'getMe', parameter: 'receiver', reason: 'unknown' },
  ]);
});

test.each([
  ['sendMessage', { text: 'x' }, 'chat_id is empty'],
  ['sendMessage', { chat_id: 1 }, 'message text is empty'],
  ['sendMessage', { chat_id: 1, text: 'x' }, 'chat not found'],
  ['sendMessage', { chat_id: 'nobody', text: 'x' }, 'chat not found'],
  ['editMessageText', { text: 'x' }, 'message identifier is not specified'],
  ['editMessageText', { chat_id: -1002000000100, message_id: 'x', text: 'x' }, 'message identifier is not specified'],
  ['sendDocument', { chat_id: 1 }, 'there is no document in the request'],
  ['sendMessage', { chat_id: -1002000000100, text: 'x', reply_markup: '{' }, "can't parse reply markup JSON object"],
  ['sendMessage', { chat_id: -1002000000100, text: 'x', reply_markup: [] }, 'object expected as reply markup'],
])('%s %j is refused: %s', async (method, parameters, description) => {
  const { call } = await startSandbox();
  expect(await call(method, parameters)).toMatchObject({
    ok: false,
    error_code: 400,
    description: `Bad Request: ${description}`,
  });
});

test('keeps a record of every call', async () => {
  const { sandbox, seed, call } = await startSandbox();
  await call('sendMessage', { chat_id: seed.supportTeam, text: 'x' });
  await call('sendMessage', { chat_id: 42, text: 'x' });
  expect(sandbox.calls).toMatchObject([
    { id: 1, method: 'sendMessage', ok: true, params: { chat_id: seed.supportTeam, text: 'x' } },
    { id: 2, method: 'sendMessage', ok: false, error_code: 400, description: 'Bad Request: chat not found' },
  ]);
  expect(sandbox.refusals).toMatchObject([{ id: 2 }]);
});

test('takes no calls from web pages', async () => {
  const { sandbox } = await startSandbox();
  const url = `${sandbox.apiRoot}/bot${sandbox.token}/getMe`;
  expect((await fetch(url, { headers: { origin: 'https://example.com' } })).status).toBe(404);
});

test('listens on loopback only', async () => {
  const { createTelegramSandbox } = await import('../src/sandbox.ts');
  expect(() => createTelegramSandbox({ host: '0.0.0.0' })).toThrow('loopback only');
});

test('knows exactly the methods and parameters of Bot API that we may call', async () => {
  const { readFileSync } = await import('node:fs');
  const { METHOD_TABLE } = await import('../src/method-table.ts');
  const file = new URL('./fixtures/methods.json', import.meta.url);
  type Methods = { methods: Record<string, { params: Record<string, { required: boolean }> }> };
  const { methods } = JSON.parse(readFileSync(file, 'utf8')) as Methods;
  const wanted = Object.entries(methods).map(([name, { params }]) => [
    name,
    Object.entries(params)
      .map(([parameter, { required }]) => parameter + (required ? '!' : ''))
      .sort(),
  ]);
  const known = Object.entries(METHOD_TABLE).map(([name, table]) => [
    name,
    Object.entries(table)
      .map(([parameter, kind]) => parameter + (kind.endsWith('!') ? '!' : ''))
      .sort(),
  ]);
  expect(Object.fromEntries(known)).toEqual(Object.fromEntries(wanted));
});

describe('bodies that cannot be read are refused', () => {
  const multipart = (body: string) => ({ body, type: 'multipart/form-data; boundary=x' });
  const field = '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello';
  test.each([
    ['multipart without a boundary', { body: field, type: 'multipart/form-data' }, 400],
    ['multipart that ends early', multipart(field), 400],
    ['multipart that has no parts', multipart('hello'), 400],
    ['JSON that is no object', { body: '[1]', type: 'application/json' }, 400],
    ['a text of more than 52 MB', multipart(`${field}${'a'.repeat(53 * 1024 * 1024)}\r\n--x--\r\n`), 413],
    ['JSON of more than 52 MB', { body: ' '.repeat(53 * 1024 * 1024), type: 'application/json' }, 413],
  ])('%s', async (_, { body, type }, status) => {
    const { sandbox, seed } = await startSandbox();
    const url = `${sandbox.apiRoot}/bot${sandbox.token}/sendMessage?chat_id=${seed.supportTeam}`;
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ ok: false, error_code: status });
    expect(sandbox.messages(seed.supportTeam)).toEqual([]);
  });
});
