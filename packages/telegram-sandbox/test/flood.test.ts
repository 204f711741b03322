import { describe, expect, test } from 'vitest';
import { type Call, startSandbox } from './support/start-sandbox.ts';

async function secondsAsked(call: ReturnType<Call>): Promise<number | undefined> {
  return (await call).parameters?.retry_after;
}

describe('realistic', () => {
  test('a chat takes a short burst, then one a second', async () => {
    const { call, sandbox, seed } = await startSandbox({ flood: 'realistic' });
    sandbox.clock.freeze();
    const send = () => secondsAsked(call('sendMessage', { chat_id: seed.ana, text: 'x' }));
    for (let sent = 0; sent < 5; sent += 1) expect(await send()).toBeUndefined();
    expect(await send()).toBe(1);
    sandbox.clock.advance(1000);
    expect(await send()).toBeUndefined();
    expect(await send()).toBe(1);
    expect(sandbox.premature).toEqual([]);
  });

  test('a group takes 20 sends and edits a minute', async () => {
    const { call, sandbox, seed } = await startSandbox({ flood: 'realistic' });
    sandbox.clock.freeze();
    const chat_id = seed.supportTeam;
    for (let done = 0; done < 20; done += 2) {
      expect(await call('sendMessage', { chat_id, text: 'x' })).toMatchObject({ ok: true });
      expect(await call('editMessageText', { chat_id, message_id: done / 2 + 1, text: 'y' })).toMatchObject({
        ok: true,
      });
      sandbox.clock.advance(2000);
    }
    const refused = await call('sendMessage', { chat_id, text: 'x' });
    expect(refused).toMatchObject({ status: 429, error_code: 429, parameters: { retry_after: 40 } });
    expect(refused.description).toBe('Too Many Requests: retry after 40');
    expect(refused.headers.get('retry-after')).toBe('40');
    expect(await call('sendMessage', { chat_id: seed.ana, text: 'x' })).toMatchObject({ ok: true });
    sandbox.clock.advance(40_000);
    expect(await call('sendMessage', { chat_id, text: 'x' })).toMatchObject({ ok: true });
  });

  test('the bot as a whole sends 30 a second', async () => {
    const { call, sandbox } = await startSandbox({ flood: 'realistic' });
    sandbox.clock.freeze();
    const people = Array.from({ length: 31 }, (_, index) => sandbox.addPerson({ first_name: `P${index}` }));
    const asked: (number | undefined)[] = [];
    for (const { id } of people) {
      sandbox.addChat({ id, type: 'private' });
      asked.push(await secondsAsked(call('sendMessage', { chat_id: id, text: 'x' })));
    }
    expect(asked.slice(0, 30).every((seconds) => seconds === undefined)).toBe(true);
    expect(asked[30]).toBe(1);
  });

  test('answers to presses are never limited', async () => {
    const { call, sandbox, seed } = await startSandbox({ flood: 'harsh' });
    sandbox.clock.freeze();
    for (let sent = 0; sent < 3; sent += 1) await call('sendMessage', { chat_id: seed.ana, text: 'x' });
    const press = sandbox.pressData({ chatId: seed.ana, messageId: 1, data: 'a', by: seed.ana });
    const [update] = (await call('getUpdates')).result as { callback_query: { id: string } }[];
    const answer = await call('answerCallbackQuery', { callback_query_id: update?.callback_query.id, text: 'ok' });
    expect(answer).toMatchObject({ ok: true });
    expect(await press).toMatchObject({ text: 'ok' });
  });
});

test('who sends before the pause is over is recorded and refused again', async () => {
  const { call, sandbox, seed } = await startSandbox();
  sandbox.clock.freeze();
  const send = () => secondsAsked(call('sendMessage', { chat_id: seed.ana, text: 'x' }));
  sandbox.faults.add({ kind: 'retry-after', seconds: 10, chatId: seed.ana });
  expect(await send()).toBe(10);
  expect(sandbox.premature).toEqual([]);
  sandbox.clock.advance(4000);
  expect(await send()).toBe(6);
  expect(sandbox.premature).toMatchObject([{ method: 'sendMessage', chatId: seed.ana }]);
  sandbox.clock.advance(6000);
  expect(await send()).toBeUndefined();
  expect(sandbox.premature).toHaveLength(1);
});
