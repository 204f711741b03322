import assert from 'node:assert/strict';
import { Bot, InlineKeyboard } from 'grammy';
import { createTelegramSandbox } from 'telegram-sandbox';

const sandbox = createTelegramSandbox();
const ana = sandbox.addPerson({ first_name: 'Ana' });
const team = sandbox.addChat({ type: 'supergroup', title: 'Team', members: [ana.id] });
await sandbox.start();

const bot = new Bot(sandbox.token, { client: { apiRoot: sandbox.apiRoot } });
const keyboard = new InlineKeyboard().text('Acknowledge', 'acknowledge');
bot.command('alert', (ctx) => ctx.reply('The printer is on fire', { reply_markup: keyboard }));
bot.callbackQuery('acknowledge', (ctx) => ctx.answerCallbackQuery('It is yours'));
const polling = bot.start();

sandbox.type({ chatId: team.id, by: ana.id, text: '/alert' });
const alert = await sandbox.waitFor(() => sandbox.messages(team.id).find(({ text }) => text?.includes('on fire')));
const answer = await sandbox.press({
  chatId: team.id,
  messageId: alert.message_id,
  button: 'Acknowledge',
  by: ana.id,
});
assert.equal(answer?.text, 'It is yours');
assert.deepEqual(sandbox.refusals, []);

await bot.stop();
await polling;
await sandbox.stop();
