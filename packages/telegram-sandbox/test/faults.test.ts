import { expect, test } from 'vitest';
import { startSandbox } from './support/start-sandbox.ts';

test.each([
  ['500', 500, 'Internal Server Error'],
  ['502', 502, 'Bad Gateway'],
] as const)('%s is answered once and nothing is sent', async (kind, status, description) => {
  const { call, sandbox, seed } = await startSandbox();
  sandbox.faults.add({ kind });
  const send = () => call('sendMessage', { chat_id: seed.ana, text: 'x' });
  expect(await send()).toMatchObject({ status, error_code: status, description });
  expect(sandbox.messages(seed.ana)).toEqual([]);
  expect(await send()).toMatchObject({ ok: true });
  expect(sandbox.calls).toMatchObject([{ fault: kind, ok: false }, { ok: true }]);
});

test('a reset before the call leaves nothing, one after it leaves the message', async () => {
  const { call, sandbox, seed } = await startSandbox();
  sandbox.faults.add({ kind: 'reset-before', chatId: seed.ana });
  await expect(call('sendMessage', { chat_id: seed.ana, text: 'before' })).rejects.toThrow();
  sandbox.faults.add({ kind: 'reset-after', method: 'sendMessage' });
  await expect(call('sendMessage', { chat_id: seed.ana, text: 'after' })).rejects.toThrow();
  expect(sandbox.messages(seed.ana).map((message) => message.text)).toEqual(['after']);
});

test('a hanging call is never answered', async () => {
  const { sandbox, seed } = await startSandbox();
  sandbox.faults.add({ kind: 'hang' });
  const leave = new AbortController();
  const hanging = fetch(`${sandbox.apiRoot}/bot${sandbox.token}/sendMessage?chat_id=${seed.ana}&text=x`, {
    signal: leave.signal,
  });
  await sandbox.waitFor(() => sandbox.calls.length === 1);
  leave.abort();
  await expect(hanging).rejects.toThrow('aborted');
  expect(sandbox.messages(seed.ana)).toEqual([]);
});

test('an outage takes everything, held requests too, until it is over', async () => {
  const { call, sandbox } = await startSandbox();
  const held = call('getUpdates', { timeout: 50 });
  await sandbox.waitFor(() => sandbox.isPolled);
  const cut = expect(held).rejects.toThrow();
  sandbox.faults.add({ kind: 'outage', seconds: 60 });
  await cut;
  await expect(call('getMe')).rejects.toThrow();
  await expect(call('getMe')).rejects.toThrow();
  sandbox.clock.advance(60_000);
  expect(await call('getMe')).toMatchObject({ ok: true });
  expect(sandbox.faults.list()).toEqual([]);
});

test('a pause for everyone stops every chat but not reading', async () => {
  const { call, sandbox, seed } = await startSandbox();
  sandbox.clock.freeze();
  sandbox.faults.add({ kind: 'retry-after', seconds: 3 });
  expect(await call('sendMessage', { chat_id: seed.ana, text: 'x' })).toMatchObject({ parameters: { retry_after: 3 } });
  expect(await call('sendMessage', { chat_id: seed.ben, text: 'x' })).toMatchObject({ parameters: { retry_after: 3 } });
  expect(await call('getChat', { chat_id: seed.ben })).toMatchObject({ ok: true });
  sandbox.clock.advance(3000);
  expect(await call('sendMessage', { chat_id: seed.ben, text: 'x' })).toMatchObject({ ok: true });
});

test('faults can be limited to a number of calls, and cleared', async () => {
  const { call, sandbox, seed } = await startSandbox();
  sandbox.faults.add({ kind: '500', times: 2, method: 'getChat' });
  const statuses = [];
  for (let asked = 0; asked < 3; asked += 1) statuses.push((await call('getChat', { chat_id: seed.ana })).status);
  expect(statuses).toEqual([500, 500, 200]);
  sandbox.faults.add({ kind: '500', times: 5 });
  sandbox.faults.clear();
  expect(await call('getChat', { chat_id: seed.ana })).toMatchObject({ ok: true });
});

test('clearing the faults also ends the pauses they announced', async () => {
  const { call, sandbox, seed } = await startSandbox();
  const send = () => call('sendMessage', { chat_id: seed.ana, text: 'x' });
  sandbox.faults.add({ kind: 'retry-after', seconds: 60 });
  expect(await send()).toMatchObject({ status: 429 });
  sandbox.faults.clear();
  expect(await send()).toMatchObject({ ok: true });
  expect(sandbox.premature).toEqual([]);
});

test('found again at the same address after a restart', async () => {
  const { call, sandbox } = await startSandbox();
  const before = sandbox.apiRoot;
  await sandbox.stop();
  await expect(call('getMe')).rejects.toThrow();
  await sandbox.start();
  expect(sandbox.apiRoot).toBe(before);
  expect(await call('getMe')).toMatchObject({ ok: true });
});
