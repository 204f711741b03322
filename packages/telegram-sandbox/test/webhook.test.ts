import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { refusal, startSandbox } from './support/start-sandbox.ts';

type Got = { secret: string | undefined; text: string | undefined; pressed: string | undefined };
type Answer = { status: number; body?: string; headers?: Record<string, string> };

/** A bot's server that answers as told, once it is told. */
async function receiver(answer: (got: Got) => Answer | Promise<Answer>): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    void receive(request).then(({ status, body, headers }) => response.writeHead(status, headers).end(body));
  });
  async function receive(request: IncomingMessage): Promise<Answer> {
    const update = JSON.parse(await text(request)) as { message?: { text: string }; callback_query?: { data: string } };
    const secret = request.headers['x-telegram-bot-api-secret-token'] as string | undefined;
    const received = { secret, text: update.message?.text, pressed: update.callback_query?.data };
    got.push(received);
    return answer(received);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got };
}

test('updates arrive with the secret, and what the answer calls is done', async () => {
  const { call, sandbox, seed } = await startSandbox();
  const body = JSON.stringify({ method: 'sendMessage', chat_id: seed.ana, text: 'from the answer' });
  const { url, got } = await receiver(() => ({ status: 200, body }));
  await call('setWebhook', { url, secret_token: 'secret-1' });
  sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'hello' });
  await sandbox.waitFor(() => sandbox.messages(seed.ana).find((message) => message.text === 'from the answer'));
  expect(got).toEqual([{ secret: 'secret-1', text: 'hello', pressed: undefined }]);
  expect(sandbox.pendingUpdates).toBe(0);
});

test('a chat waits for its own answer, others and presses do not', async () => {
  const { call, sandbox, seed } = await startSandbox();
  let release: (answer: Answer) => void = () => {};
  const held = new Promise<Answer>((resolve) => {
    release = resolve;
  });
  const { url, got } = await receiver((update) => (update.text === 'first' ? held : { status: 200 }));
  await call('setWebhook', { url });
  sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'first' });
  sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'second' });
  sandbox.type({ chatId: seed.ben, by: seed.ben, text: 'other chat' });
  void sandbox.pressData({ chatId: seed.ana, messageId: 1, data: 'pressed', by: seed.ana });
  await sandbox.waitFor(() => sandbox.pendingUpdates === 2);
  const seen = () => got.map((update) => update.text ?? update.pressed);
  expect(seen().toSorted()).toEqual(['first', 'other chat', 'pressed']);
  release({ status: 200 });
  await sandbox.waitFor(() => sandbox.pendingUpdates === 0);
  expect(seen().at(-1)).toBe('second');
});

test('failures are tried again after growing pauses, in order', async () => {
  const { call, sandbox, seed } = await startSandbox();
  sandbox.clock.freeze();
  const statuses = [500, 503, 502, 200, 200];
  const { url, got } = await receiver(() => ({ status: statuses.shift() ?? 200 }));
  await call('setWebhook', { url });
  sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'first' });
  sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'second' });
  // The second attempt follows at once, the third after two seconds, the fourth after four.
  for (const [attempts, pause] of [
    [2, 2000],
    [3, 4000],
  ] as const) {
    await sandbox.waitFor(() => got.length === attempts && sandbox.webhookFailures === attempts);
    sandbox.clock.advance(pause - 1);
    await call('getMe');
    expect(got).toHaveLength(attempts);
    sandbox.clock.advance(1);
  }
  await sandbox.waitFor(() => sandbox.pendingUpdates === 0);
  expect(got.map((update) => update.text)).toEqual(['first', 'first', 'first', 'first', 'second']);
});

test('its state can be read', async () => {
  const { call, sandbox, seed } = await startSandbox();
  const { url } = await receiver(() => ({ status: 401 }));
  await call('setWebhook', { url, allowed_updates: ['message'] });
  sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'x' });
  await sandbox.waitFor(() => sandbox.webhookFailures > 0);
  expect((await call('getWebhookInfo')).result).toMatchObject({
    url,
    pending_update_count: 1,
    allowed_updates: ['message'],
    last_error_message: 'Wrong response from the webhook: 401 Unauthorized',
  });
  await call('deleteWebhook', { drop_pending_updates: true });
  expect((await call('getWebhookInfo')).result).toMatchObject({ url: '', pending_update_count: 0 });
});

test.each([
  ['http://example.com/hook', 'bad webhook: An HTTPS URL must be provided for webhook'],
  ['https://example.com:8444/hook', 'bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443'],
  ['https://example.com:8443/hook', 'bad webhook: the sandbox delivers to this machine only'],
  ['https://example.com/hook', 'bad webhook: the sandbox delivers to this machine only'],
  ['nonsense', 'bad webhook: invalid webhook URL specified'],
])('%s is refused', async (url, description) => {
  const { call } = await startSandbox();
  expect(await refusal(call('setWebhook', { url }))).toBe(`Bad Request: ${description}`);
});
