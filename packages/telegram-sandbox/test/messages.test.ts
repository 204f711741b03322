import { describe, expect, test } from 'vitest';
import { refusal, startSandbox } from './support/start-sandbox.ts';

const NOT_MODIFIED =
  'Bad Request: message is not modified: specified new message content and reply markup are exactly the same ' +
  'as a current content and reply markup of the message';
const callback = (data: string) => ({ text: 'A', callback_data: data });

describe('text', () => {
  test.each([
    ['4096 characters beyond the BMP', '🏟'.repeat(4096), undefined],
    ['4097 characters', 'x'.repeat(4097), 'message is too long'],
    ['4096 after parsing', `<b>${'x'.repeat(4096)}</b>`, undefined],
    ['more than 32768 bytes', 'ж'.repeat(16_385), 'text is too long'],
    ['white space', ' \n\t ', 'text must be non-empty'],
    ['broken markup', 'a < b', 'can\'t parse entities: Unsupported start tag "" at byte offset 2'],
  ])('%s', async (_, text, refused) => {
    const { call, seed } = await startSandbox();
    const reply = await call('sendMessage', { chat_id: seed.supportTeam, text, parse_mode: 'html' });
    expect(reply.description).toBe(refused && `Bad Request: ${refused}`);
  });

  test('finds what Telegram finds by itself, but not in code', async () => {
    const { call, seed } = await startSandbox();
    const text = 'see https://x.io/a?b=1. /close@sandbox_bot @ana_agent a@b.io #refund <code>/open x.io</code>';
    const { result } = await call('sendMessage', { chat_id: seed.supportTeam, text, parse_mode: 'HTML' });
    const { entities, text: said } = result as {
      text: string;
      entities: { type: string; offset: number; length: number }[];
    };
    expect(entities.map(({ type, offset, length }) => [type, said.slice(offset, offset + length)])).toEqual([
      ['url', 'https://x.io/a?b=1'],
      ['bot_command', '/close@sandbox_bot'],
      ['mention', '@ana_agent'],
      ['email', 'a@b.io'],
      ['hashtag', '#refund'],
      ['code', '/open x.io'],
    ]);
  });

  test('entities are taken in place of markup, and checked', async () => {
    const { call, seed } = await startSandbox();
    const base = { chat_id: seed.supportTeam, text: '🏟 time' };
    const entities = [{ type: 'date_time', offset: 3, length: 4, unix_time: 12_345, date_time_format: 'wDT' }];
    expect((await call('sendMessage', { ...base, entities })).result).toMatchObject({ entities });
    const split = [{ type: 'bold', offset: 1, length: 1 }];
    const refused = 'Bad Request: entity beginning at UTF-16 offset 1 starts in a middle of a UTF-16 symbol';
    expect(await refusal(call('sendMessage', { ...base, entities: split }))).toBe(refused);
  });

  test('unknown parse modes are refused', async () => {
    const { call, seed } = await startSandbox();
    const sent = call('sendMessage', { chat_id: seed.supportTeam, text: 'x', parse_mode: 'bbcode' });
    expect(await refusal(sent)).toBe('Bad Request: unsupported parse_mode');
  });
});

describe('keyboards', () => {
  const url = (address: string) => `inline keyboard button URL '${address}' is invalid: Wrong HTTP URL`;
  test.each([
    ['64 bytes of data', [[callback('x'.repeat(64))]], undefined],
    ['65 bytes of data', [[callback('ж'.repeat(33))]], 'BUTTON_DATA_INVALID'],
    ['8 in a row', [Array.from({ length: 8 }, () => callback('a'))], undefined],
    ['9 in a row', [Array.from({ length: 9 }, () => callback('a'))], 'reply markup is too long'],
    ['100 buttons', Array.from({ length: 100 }, () => [callback('a')]), undefined],
    ['101 buttons', Array.from({ length: 101 }, () => [callback('a')]), 'reply markup is too long'],
    [
      '10 kB',
      Array.from({ length: 99 }, () => [{ text: 'Acknowledge this', callback_data: 'x'.repeat(64) }]),
      'reply markup is too long',
    ],
    ['a host with a dot', [[{ text: 'A', url: 'https://chat.example.com/a' }]], undefined],
    ['an address', [[{ text: 'A', url: 'http://127.0.0.1:3000/a' }]], undefined],
    ['localhost', [[{ text: 'A', url: 'http://localhost:3000/a' }]], url('http://localhost:3000/a')],
    ['a host of the inner network', [[{ text: 'A', url: 'http://chatwoot:3000' }]], url('http://chatwoot:3000')],
    [
      'style, copying, disabled',
      [
        [
          { ...callback('a'), style: 'danger' },
          { text: 'B', copy_text: { text: '1' } },
          { text: 'C', disabled: {} },
        ],
      ],
      undefined,
    ],
    [
      'another style',
      [[{ ...callback('a'), style: 'pink' }]],
      "can't parse inline keyboard button: invalid button style specified",
    ],
    [
      'no action',
      [[{ text: 'A' }]],
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    ['a web app in a group', [[{ text: 'A', web_app: { url: 'https://x.io' } }]], 'BUTTON_TYPE_INVALID'],
  ])('%s', async (_, inline_keyboard, refused) => {
    const { call, seed } = await startSandbox();
    const reply = await call('sendMessage', {
      chat_id: seed.supportTeam,
      text: 'x',
      reply_markup: { inline_keyboard },
    });
    expect(reply.description).toBe(refused && `Bad Request: ${refused}`);
  });
});

describe('editing', () => {
  test('keeps every version', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const where = { chat_id: seed.supportTeam, message_id: 1 };
    const reply_markup = { inline_keyboard: [[callback('a')]] };
    await call('sendMessage', { chat_id: seed.supportTeam, text: 'one', reply_markup });
    await call('editMessageText', { ...where, text: '<b>two</b>', parse_mode: 'HTML', reply_markup });
    await call('editMessageReplyMarkup', where);
    expect(sandbox.message(seed.supportTeam, 1)).toMatchObject({
      text: 'two',
      html: '<b>two</b>',
      edits: [
        { text: 'one', reply_markup },
        { text: 'two', reply_markup },
      ],
    });
    expect(sandbox.message(seed.supportTeam, 1)?.reply_markup).toBeUndefined();
  });

  test('is refused where Telegram refuses it', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const chat_id = seed.supportTeam;
    const edit = (message_id: number, text = 'x') => refusal(call('editMessageText', { chat_id, message_id, text }));
    await call('sendMessage', { chat_id, text: 'x' });
    await call('sendMessage', { chat_id, text: 'x', reply_markup: { force_reply: true } });
    const typed = sandbox.type({ chatId: chat_id, by: seed.ana, text: 'mine' });
    expect(await edit(1)).toBe(NOT_MODIFIED);
    expect(await edit(2, 'y')).toBe("Bad Request: message can't be edited");
    expect(await edit(typed.message_id)).toBe("Bad Request: message can't be edited");
    expect(await edit(99)).toBe('Bad Request: message to edit not found');
    const caption = call('editMessageCaption', { chat_id, message_id: 1, caption: 'x' });
    expect(await refusal(caption)).toBe('Bad Request: there is no caption in the message to edit');
  });

  test('has no time limit', async () => {
    const { call, sandbox, seed } = await startSandbox();
    await call('sendMessage', { chat_id: seed.supportTeam, text: 'x' });
    sandbox.clock.advance(400 * 24 * 3600 * 1000);
    expect(await call('editMessageText', { chat_id: seed.supportTeam, message_id: 1, text: 'y' })).toMatchObject({
      ok: true,
    });
  });
});

describe('replies', () => {
  test('to what is not there are refused unless allowed', async () => {
    const { call, seed } = await startSandbox();
    const send = (reply_parameters: object) =>
      call('sendMessage', { chat_id: seed.supportTeam, text: 'x', reply_parameters });
    expect(await refusal(send({ message_id: 7 }))).toBe('Bad Request: message to be replied not found');
    expect(await send({ message_id: 7, allow_sending_without_reply: true })).toMatchObject({ ok: true });
    expect((await send({ message_id: 1 })).result).toMatchObject({ reply_to_message: { message_id: 1, text: 'x' } });
  });
});

describe('deleting', () => {
  test('works for 48 hours', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const remove = (message_id: number) => call('deleteMessage', { chat_id: seed.supportTeam, message_id });
    await call('sendMessage', { chat_id: seed.supportTeam, text: 'one' });
    await call('sendMessage', { chat_id: seed.supportTeam, text: 'two' });
    expect(await remove(1)).toMatchObject({ ok: true, result: true });
    expect(await refusal(remove(1))).toBe('Bad Request: message to delete not found');
    sandbox.clock.advance(48 * 3600 * 1000);
    expect(await refusal(remove(2))).toBe("Bad Request: message can't be deleted for everyone");
  });

  test("needs a right for others' messages", async () => {
    const { call, sandbox, seed } = await startSandbox();
    const { message_id } = sandbox.type({ chatId: seed.supportTeam, by: seed.ana, text: 'mine' });
    const remove = () => call('deleteMessage', { chat_id: seed.supportTeam, message_id });
    expect(await refusal(remove())).toBe("Bad Request: message can't be deleted");
    sandbox.promote(seed.supportTeam, sandbox.bot.id, { can_delete_messages: true });
    expect(await remove()).toMatchObject({ ok: true });
  });

  test('skips what is missing when several are named', async () => {
    const { call, sandbox, seed } = await startSandbox();
    await call('sendMessage', { chat_id: seed.supportTeam, text: 'one' });
    expect(await call('deleteMessages', { chat_id: seed.supportTeam, message_ids: [1, 2, 3] })).toMatchObject({
      ok: true,
    });
    expect(sandbox.messages(seed.supportTeam)).toEqual([]);
  });
});

test('the last 10,000 messages are kept', async () => {
  const { sandbox, seed } = await startSandbox();
  for (let said = 1; said <= 10_050; said += 1)
    sandbox.type({ chatId: seed.supportTeam, by: seed.ana, text: String(said) });
  const texts = sandbox.messages(seed.supportTeam).map((message) => message.text);
  expect(texts).toHaveLength(10_000);
  expect([texts[0], texts.at(-1)]).toEqual(['51', '10050']);
});
