import { describe, expect, test } from 'vitest';
import { type Call, refusal, startSandbox } from './support/start-sandbox.ts';

const DAY_MS = 24 * 3600 * 1000;

type Update = { update_id: number; message?: { text?: string }; callback_query?: { id: string } };
async function updatesOf(call: ReturnType<Call>): Promise<Update[]> {
  return (await call).result as Update[];
}

describe('polling', () => {
  test('holds the request until something happens', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const held = updatesOf(call('getUpdates', { timeout: 50 }));
    await sandbox.waitFor(() => sandbox.isPolled);
    sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'hello' });
    expect(await held).toMatchObject([{ message: { text: 'hello' } }]);
  });

  test('answers empty when the time is up', async () => {
    const { call, sandbox } = await startSandbox();
    const held = updatesOf(call('getUpdates', { timeout: 3600 }));
    await sandbox.waitFor(() => sandbox.isPolled);
    sandbox.clock.advance(50_000);
    expect(await held).toEqual([]);
  });

  test('an offset confirms what is before it, a limit bounds what comes', async () => {
    const { call, sandbox, seed } = await startSandbox();
    for (const text of ['a', 'b', 'c']) sandbox.type({ chatId: seed.ana, by: seed.ana, text });
    const [first, second] = await updatesOf(call('getUpdates', { limit: 2 }));
    expect(second?.update_id).toBe((first?.update_id ?? 0) + 1);
    expect(await updatesOf(call('getUpdates'))).toHaveLength(3);
    expect(await updatesOf(call('getUpdates', { offset: second?.update_id }))).toHaveLength(2);
    expect(sandbox.pendingUpdates).toBe(2);
    expect(await updatesOf(call('getUpdates', { offset: -1 }))).toMatchObject([{ message: { text: 'c' } }]);
  });

  test('a second poller ends the first', async () => {
    const { call, sandbox } = await startSandbox();
    const first = call('getUpdates', { timeout: 50 });
    await sandbox.waitFor(() => sandbox.isPolled);
    await call('getUpdates');
    expect(await first).toMatchObject({
      error_code: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
  });

  test('is refused while a webhook is set', async () => {
    const { call } = await startSandbox();
    await call('setWebhook', { url: 'http://127.0.0.1:9/hook' });
    expect(await refusal(call('getUpdates'))).toMatch("Conflict: can't use getUpdates method while webhook is active");
    await call('deleteWebhook');
    expect(await call('getUpdates')).toMatchObject({ ok: true });
  });

  test('allowed_updates are remembered', async () => {
    const { call, sandbox, seed } = await startSandbox();
    await call('getUpdates', { allowed_updates: ['callback_query'] });
    sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'a' });
    expect(await updatesOf(call('getUpdates'))).toEqual([]);
    await call('getUpdates', { allowed_updates: ['message', 'chat_member'] });
    sandbox.promote(seed.supportTeam, sandbox.bot.id);
    sandbox.join(seed.supportTeam, seed.dmitri);
    expect(await updatesOf(call('getUpdates'))).toMatchObject([
      { chat_member: { old_chat_member: { status: 'left' }, new_chat_member: { status: 'member' } } },
      { message: { new_chat_members: [{ id: seed.dmitri }] } },
    ]);
  });

  test('messages wait a day, presses 150 seconds', async () => {
    const { call, sandbox, seed } = await startSandbox();
    sandbox.clock.freeze();
    sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'a' });
    void sandbox.pressData({ chatId: seed.ana, messageId: 1, data: 'x', by: seed.ana });
    sandbox.clock.advance(149_000);
    expect(await updatesOf(call('getUpdates'))).toHaveLength(2);
    sandbox.clock.advance(1000);
    expect(await updatesOf(call('getUpdates'))).toMatchObject([{ message: { text: 'a' } }]);
    sandbox.clock.advance(DAY_MS);
    expect(await updatesOf(call('getUpdates'))).toEqual([]);
  });
});

describe('privacy mode', () => {
  test.each([
    ['hello', false],
    ['/open', true],
    ['/open@sandbox_bot', true],
    ['/open@other_bot', false],
    ['ask @Sandbox_bot', true],
  ])('%s: seen %s', async (text, seen) => {
    const { sandbox, seed } = await startSandbox();
    sandbox.type({ chatId: seed.supportTeam, by: seed.ana, text });
    expect(sandbox.pendingUpdates).toBe(seen ? 1 : 0);
  });

  test('replies to the bot are seen, and as admin it sees everything', async () => {
    const { call, sandbox, seed } = await startSandbox();
    await call('sendMessage', { chat_id: seed.supportTeam, text: 'x' });
    sandbox.type({ chatId: seed.supportTeam, by: seed.ana, text: 'thanks', replyTo: 1 });
    expect(sandbox.pendingUpdates).toBe(1);
    sandbox.type({ chatId: seed.forum, by: seed.ana, text: 'hello' });
    expect(sandbox.pendingUpdates).toBe(2);
  });

  test('edited messages arrive as edited_message', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const { message_id } = sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'a' });
    sandbox.editTyped(seed.ana, message_id, 'b');
    expect(await updatesOf(call('getUpdates'))).toMatchObject([
      { message: { text: 'a' } },
      { edited_message: { text: 'b' } },
    ]);
  });
});

describe('presses', () => {
  const reply_markup = {
    inline_keyboard: [
      [
        { text: 'Ack', callback_data: 'a' },
        { text: 'Go', url: 'https://x.io' },
      ],
    ],
  };
  const TOO_OLD = 'Bad Request: query is too old and response timeout expired or query ID is invalid';

  test('are answered once', async () => {
    const { call, sandbox, seed } = await startSandbox();
    await call('sendMessage', { chat_id: seed.supportTeam, text: 'x', reply_markup });
    const press = sandbox.press({ chatId: seed.supportTeam, messageId: 1, button: 'Ack', by: seed.ana });
    const [update] = await updatesOf(call('getUpdates'));
    const answer = () =>
      call('answerCallbackQuery', { callback_query_id: update?.callback_query?.id, text: 'Done', show_alert: true });
    expect(await answer()).toMatchObject({ result: true });
    expect(await press).toEqual({ text: 'Done', show_alert: true });
    expect(await refusal(answer())).toBe(TOO_OLD);
    expect(await refusal(call('answerCallbackQuery', { callback_query_id: '1' }))).toBe(TOO_OLD);
  });

  test('expire', async () => {
    const { call, sandbox, seed } = await startSandbox();
    await call('sendMessage', { chat_id: seed.supportTeam, text: 'x', reply_markup });
    const press = sandbox.press({ chatId: seed.supportTeam, messageId: 1, button: { row: 0, col: 0 }, by: seed.ana });
    const [update] = await updatesOf(call('getUpdates'));
    sandbox.clock.advance(60_000);
    expect(await press).toBeUndefined();
    expect(await refusal(call('answerCallbackQuery', { callback_query_id: update?.callback_query?.id }))).toBe(TOO_OLD);
  });

  test('need a button to press', async () => {
    const { call, sandbox, seed } = await startSandbox();
    await call('sendMessage', { chat_id: seed.supportTeam, text: 'x', reply_markup });
    const press = (button: string) => sandbox.press({ chatId: seed.supportTeam, messageId: 1, button, by: seed.ana });
    await expect(press('Close')).rejects.toThrow(
      'no button "Close" under message 1 in chat -1002000000100: there are "Ack", "Go"',
    );
    expect(await press('Go')).toEqual({ url: 'https://x.io' });
  });
});

test('a wait that times out names what was missing and the last messages', async () => {
  const { sandbox, seed } = await startSandbox();
  sandbox.type({ chatId: seed.ana, by: seed.ana, text: 'hello' });
  const wait = sandbox.waitFor(() => undefined, { timeoutMs: 1, what: 'the card' });
  await expect(wait).rejects.toThrow(/without seeing the card\nlast messages:[^]*\n {2}chat 500000101 #1 Ana: "hello"/);
});
