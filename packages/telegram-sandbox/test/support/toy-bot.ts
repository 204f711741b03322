import { Bot, InlineKeyboard, InputFile } from 'grammy';
import type { Sandbox } from '../../src/control.ts';
import { DEMO } from '../../src/demo-world.ts';

/** Everything that text can be, words and links too long for any screen, and a line from right to left. */
export const EVERY_TEXT = [
  '<b>bold</b> <i>italic</i> <u>under</u> <s>struck</s> <tg-spoiler>secret</tg-spoiler> <code>inline</code>',
  '<a href="https://example.com/page">a link</a> <a href="tg://user?id=500000101">Ana herself</a> /open user@example.com',
  `https://example.com/${'long'.repeat(60)} ${'W'.repeat(150)}`,
  `<blockquote expandable>${'A quote that goes on. '.repeat(40)}</blockquote>after it`,
  '<pre><code class="language-ts">const one: number = 1;</code></pre>',
  'مرحبا، لم يصلني الطلب <b>حتى</b> الآن',
  '<tg-time unix="1773480413" format="DT">then</tg-time> &lt;img src=x onerror=alert(1)&gt;',
].join('\n');

/** A bot that shows what the page must be able to show. */
export async function startToyBot(sandbox: Sandbox): Promise<{ bot: Bot; stop(): Promise<void> }> {
  const bot = new Bot(sandbox.token, { client: { apiRoot: sandbox.apiRoot } });
  bot.command('start', (ctx) => ctx.reply('Hello from the bot'));
  bot.command('card', (ctx) => ctx.reply('A card\n#1 · open', { reply_markup: cardKeyboard() }));
  bot.command('text', (ctx) => ctx.reply(EVERY_TEXT, { parse_mode: 'HTML' }));
  bot.command('ask', (ctx) =>
    ctx.reply('What is its name?', {
      reply_parameters: { message_id: ctx.msg.message_id },
      reply_markup: { force_reply: true, selective: true, input_field_placeholder: 'a short name' },
    }),
  );
  bot.command('files', async (ctx) => {
    await ctx.replyWithDocument(new InputFile(Buffer.from('Visitor: hello\nAgent: welcome\n'), 'transcript-1.txt'));
    await ctx.replyWithDocument(
      new InputFile(Buffer.from('<h1>Report</h1><script>top.hacked = 1</script>'), 'report.html'),
    );
    await ctx.replyWithPhoto(new InputFile(ONE_PIXEL, 'dot.png'), { caption: 'A dot' });
  });
  bot.callbackQuery('take', async (ctx) => {
    const taken = /acknowledged by (\w+)/.exec(ctx.msg?.text ?? '')?.[1];
    await ctx.answerCallbackQuery({ text: taken ? `Already acknowledged by ${taken}` : 'It is yours' });
    if (taken) return;
    await ctx.editMessageText(`A card\n#1 · acknowledged by ${ctx.from.first_name}`, { reply_markup: cardKeyboard() });
  });
  bot.callbackQuery('alert', (ctx) => ctx.answerCallbackQuery({ text: 'Only a lead may do that', show_alert: true }));
  // Trouble on demand is part of the show.
  bot.catch(() => {});
  await bot.api.setMyCommands([
    { command: 'card', description: 'Show a card' },
    { command: 'text', description: 'Show every kind of text' },
    { command: 'ask', description: 'Ask for something' },
  ]);
  await bot.api.sendMessage(DEMO.forum, 'In a topic', { message_thread_id: DEMO.topics.urgent });
  const running = bot.start();
  return {
    bot,
    async stop() {
      await bot.stop();
      await running.catch(() => undefined);
    },
  };
}

function cardKeyboard(): InlineKeyboard {
  return InlineKeyboard.from([
    [{ text: 'Acknowledge', callback_data: 'take', style: 'success' }, InlineKeyboard.text('Alert me', 'alert')],
    [InlineKeyboard.text('Never answered', 'never'), InlineKeyboard.url('Outside', 'https://example.com/outside')],
  ]);
}

const ONE_PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
