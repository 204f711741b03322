import { GrammyError, type InlineKeyboard } from 'grammy';
import type { Person } from '../people/person.ts';
import { laneOf } from '../routes/lane.ts';
import type { BotContext, BotDeps } from './context.ts';
import { replyOptions, textOptions } from './message-options.ts';
import type { Html } from './views/html.ts';

/** Answers in the person's private chat, wherever they asked. False where they never started the bot, or blocked it. */
export async function replyInPrivate(
  ctx: BotContext,
  deps: BotDeps,
  { person, text, keyboard }: Readonly<{ person: Person; text: Html; keyboard?: InlineKeyboard }>,
): Promise<boolean> {
  const chatId = person.telegramId;
  const options = {
    ...(keyboard ? { reply_markup: keyboard } : {}),
    // A message of another chat cannot be replied to.
    ...(ctx.chat?.id === chatId && ctx.msgId !== undefined ? replyOptions(ctx.msgId) : {}),
  };
  try {
    await deps.dispatcher.interact(laneOf(chatId), () => ctx.api.sendMessage(chatId, ...textOptions(text, options)));
    return true;
  } catch (error) {
    if (error instanceof GrammyError && error.error_code === 403) return false;
    throw error;
  }
}
