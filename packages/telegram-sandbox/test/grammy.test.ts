import type { AddressInfo } from 'node:net';
import express from 'express';
import {
  Bot,
  type BotConfig,
  type Context,
  GrammyError,
  HttpError,
  InlineKeyboard,
  InputFile,
  webhookCallback,
} from 'grammy';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../src/control.ts';
import { createTelegramSandbox } from '../src/sandbox.ts';
import { DEMO, addDemoWorld } from '../src/demo-world.ts';

const TEAM = DEMO.supportTeam;

async function startSandbox(): Promise<Sandbox> {
  const sandbox = createTelegramSandbox();
  addDemoWorld(sandbox);
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

function botOf(sandbox: Sandbox, config: BotConfig<Context> = {}): Bot {
  return new Bot(sandbox.token, { ...config, client: { apiRoot: sandbox.apiRoot } });
}

/** A small console: an alert with buttons, a command, a dialog's question. */
function consoleBot(sandbox: Sandbox): Bot {
  const bot = botOf(sandbox);
  const keyboard = () => new InlineKeyboard().text('Acknowledge', 'ack').success().text('Close', 'close').danger();
  bot.command('open', (ctx) => ctx.reply(`open: ${ctx.match}`, { message_thread_id: ctx.msg.message_thread_id ?? 0 }));
  bot.command('alert', (ctx) => ctx.reply('<b>Alert</b>', { parse_mode: 'HTML', reply_markup: keyboard() }));
  bot.command('note', (ctx) => ctx.reply('Which note?', { reply_markup: { force_reply: true, selective: true } }));
  bot.callbackQuery('ack', async (ctx) => {
    await ctx.answerCallbackQuery({ text: `Acknowledged by ${ctx.from.first_name}` });
    await ctx.editMessageText('<b>Alert</b> acknowledged', { parse_mode: 'HTML' });
  });
  bot.on('callback_query', (ctx) => ctx.answerCallbackQuery({ text: 'Not yet', show_alert: true }));
  bot.on('message:text', (ctx) => ctx.reply(`noted ${ctx.msg.text} on ${ctx.msg.reply_to_message?.text ?? 'nothing'}`));
  return bot;
}

function lastText(sandbox: Sandbox, text: string): () => number | undefined {
  return () => sandbox.messages(TEAM).findLast((message) => message.text === text)?.message_id;
}

/** What every way of getting updates must do. */
async function playThrough(sandbox: Sandbox): Promise<void> {
  sandbox.type({ chatId: TEAM, by: DEMO.ana, text: '/alert' });
  const messageId = await sandbox.waitFor(lastText(sandbox, 'Alert'), { what: 'the alert' });
  const press = (button: string, by: number) => sandbox.press({ chatId: TEAM, messageId, button, by });
  expect(await press('Close', DEMO.ben)).toEqual({ text: 'Not yet', show_alert: true });
  expect(await press('Acknowledge', DEMO.ben)).toEqual({ text: 'Acknowledged by Ben', show_alert: false });
  await sandbox.waitFor(lastText(sandbox, 'Alert acknowledged'), { what: 'the edit' });
  expect(sandbox.message(TEAM, messageId)).toMatchObject({ edits: [{ text: 'Alert' }] });

  sandbox.type({ chatId: TEAM, by: DEMO.ana, text: '/note' });
  const question = await sandbox.waitFor(lastText(sandbox, 'Which note?'), { what: 'the question' });
  sandbox.type({ chatId: TEAM, by: DEMO.ana, text: 'called back', replyTo: question });
  await sandbox.waitFor(lastText(sandbox, 'noted called back on Which note?'), { what: 'the note' });
  expect(sandbox.refusals).toEqual([]);
  expect(sandbox.unknownParameters).toEqual([]);
}

test('a bot that polls', async () => {
  const sandbox = await startSandbox();
  const bot = consoleBot(sandbox);
  const running = bot.start();
  await playThrough(sandbox);
  await bot.stop();
  await running;
  expect(sandbox.pendingUpdates).toBe(0);
});

test('a bot behind a webhook', async () => {
  const sandbox = await startSandbox();
  const bot = consoleBot(sandbox);
  const app = express();
  app.use('/hook', express.json({ limit: '1mb' }), webhookCallback(bot, 'express', { secretToken: 'secret' }));
  const server = await new Promise<ReturnType<typeof app.listen>>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  await bot.api.setWebhook(url, { secret_token: 'secret' });
  await playThrough(sandbox);
  expect(await bot.api.getWebhookInfo()).toMatchObject({ url, pending_update_count: 0 });
});

test('a second bot with the same token ends the first', async () => {
  const sandbox = await startSandbox();
  const first = botOf(sandbox).start();
  await sandbox.waitFor(() => sandbox.isPolled, { what: 'the first poller' });
  const ended = expect(first).rejects.toMatchObject({ error_code: 409 });
  const bot = botOf(sandbox);
  const second = bot.start();
  await ended;
  await bot.stop();
  await second;
});

test('commands in a topic are answered there', async () => {
  const sandbox = await startSandbox();
  const bot = consoleBot(sandbox);
  const running = bot.start();
  sandbox.type({ chatId: DEMO.forum, by: DEMO.ana, text: '/open mine', threadId: DEMO.topics.urgent });
  const inTopic = () =>
    sandbox.messages(DEMO.forum, DEMO.topics.urgent).find((message) => message.text === 'open: mine');
  await sandbox.waitFor(inTopic, { what: 'the answer in the topic' });
  await bot.stop();
  await running;
});

test('documents, photos and albums go through InputFile', async () => {
  const sandbox = await startSandbox();
  const { api } = botOf(sandbox);
  const { document } = await api.sendDocument(TEAM, new InputFile(Buffer.from('a transcript'), 'chat-12.txt'), {
    caption: '<i>chat</i> 12',
    parse_mode: 'HTML',
    reply_markup: new InlineKeyboard().text('Close', 'close'),
    disable_content_type_detection: true,
  });
  expect(document).toMatchObject({ file_name: 'chat-12.txt', file_size: 12, mime_type: 'text/plain' });
  expect(sandbox.documentContent(document.file_id).toString()).toBe('a transcript');
  const file = await api.getFile(document.file_id);
  const download = await fetch(`${sandbox.apiRoot}/file/bot${sandbox.token}/${file.file_path ?? ''}`);
  expect(await download.text()).toBe('a transcript');
  const album = await api.sendMediaGroup(TEAM, [
    { type: 'document', media: new InputFile(Buffer.from('a'), 'a.csv') },
    { type: 'document', media: new InputFile(Buffer.from('b'), 'b.csv') },
  ]);
  expect(album).toMatchObject([{ document: { file_name: 'a.csv' } }, { document: { file_name: 'b.csv' } }]);
  expect(sandbox.unknownParameters).toEqual([]);
});

describe('refusals arrive as errors of grammY', () => {
  test('with code, description and parameters', async () => {
    const sandbox = await startSandbox();
    const { api } = botOf(sandbox);
    const refused = api.sendMessage(TEAM, 'a < b', { parse_mode: 'HTML' });
    await expect(refused).rejects.toBeInstanceOf(GrammyError);
    await expect(refused).rejects.toMatchObject({
      error_code: 400,
      description: 'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 2',
    });
    sandbox.faults.add({ kind: 'retry-after', seconds: 7 });
    await expect(api.sendMessage(TEAM, 'x')).rejects.toMatchObject({ error_code: 429, parameters: { retry_after: 7 } });
    const stranger = new Bot('1234567:SANDBOX0another0sandbox0another', { client: { apiRoot: sandbox.apiRoot } });
    await expect(stranger.init()).rejects.toMatchObject({ error_code: 401, description: 'Unauthorized' });
  });

  test('broken connections as HttpError', async () => {
    const sandbox = await startSandbox();
    const { api } = botOf(sandbox);
    sandbox.faults.add({ kind: 'reset-after' });
    await expect(api.sendMessage(TEAM, 'x')).rejects.toBeInstanceOf(HttpError);
    expect(sandbox.messages(TEAM)).toHaveLength(1);
  });
});

test('what grammY says about the bot and its chats', async () => {
  const sandbox = await startSandbox();
  const bot = botOf(sandbox);
  await bot.init();
  expect(bot.botInfo).toMatchObject({ username: 'sandbox_bot', can_read_all_group_messages: false });
  await bot.api.setMyCommands([{ command: 'open', description: 'What is open' }], {
    scope: { type: 'all_group_chats' },
  });
  expect(await bot.api.getMyCommands({ scope: { type: 'all_group_chats' } })).toHaveLength(1);
  expect(await bot.api.getChatMember(TEAM, DEMO.carla)).toMatchObject({ status: 'creator' });
  const topic = await bot.api.createForumTopic(DEMO.forum, 'VIP');
  await bot.api.sendMessage(DEMO.forum, 'x', { message_thread_id: topic.message_thread_id });
  await bot.api.closeForumTopic(DEMO.forum, topic.message_thread_id);
  await bot.api.setMessageReaction(DEMO.forum, topic.message_thread_id + 1, [{ type: 'emoji', emoji: '👀' }]);
  expect(sandbox.unknownParameters).toEqual([]);
});
