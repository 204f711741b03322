import { type Context, GrammyError, type InlineKeyboard } from 'grammy';
import type { ForceReply } from 'grammy/types';
import type { ChatPlace } from '../routes/lane.ts';
import { isForAsker } from '../settings/answer-settings.ts';
import type { BotContext, BotDeps } from './context.ts';
import { chatOptions, textOptions } from './message-options.ts';
import type { Html } from './views/html.ts';
import type { Screen } from './views/incidence-card.ts';

/** How long a chat that refused one is spared another attempt. */
export const refusedForMs = 10 * 60_000;

type Options = Readonly<{ keyboard?: InlineKeyboard | ForceReply; isForAsker?: boolean | undefined }>;

/**
 * Whether an answer is shown to whoever asked alone: where the chat is set so, or where nobody else saw the question.
 * Not one that others press under, or whose number is kept: such a message has none.
 */
export async function isAnswerForAsker(
  ctx: BotContext,
  deps: BotDeps,
  { chatId }: ChatPlace,
  options: Options,
): Promise<boolean> {
  if (chatId > 0 || !ctx.from || ctx.from.is_bot) return false;
  if (options.keyboard && !options.isForAsker) return false;
  if (ephemeralIdOf(ctx) !== undefined) return true;
  // A press may be answered so by any bot, a message only by an admin.
  if (!ctx.callbackQuery && deps.refusedForAsker.has(String(chatId), deps.now())) return false;
  return isForAsker(deps.db, chatId);
}

/** Sends it; false where Telegram refuses (Bot API, EphemeralMessageParameters). */
export async function sendToAsker(
  ctx: BotContext,
  deps: BotDeps,
  { place, text, keyboard }: Readonly<{ place: ChatPlace; text: Html; keyboard: InlineKeyboard | undefined }>,
): Promise<boolean> {
  const { from, callbackQuery } = ctx;
  if (!from) return false;
  const press = callbackQuery ? { callback_query_id: callbackQuery.id } : {};
  const options = {
    ...chatOptions(place),
    ...(keyboard ? { reply_markup: keyboard } : {}),
    ephemeral_message_parameters: { receiver_user_id: from.id, ...press },
    ...(callbackQuery ? {} : { reply_parameters: questionOf(ctx) }),
  };
  try {
    await ctx.api.sendMessage(place.chatId, ...textOptions(text, options));
    return true;
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 400) throw error;
    deps.refusedForAsker.note(String(place.chatId), deps.now());
    deps.log.info({ err: error, chat: place.chatId }, 'telegram.ephemeral_refused');
    return false;
  }
}

/** Shows something else in the pressed message where only the presser sees it; false where everybody does. */
export async function editForAsker(ctx: BotContext, { text, keyboard }: Screen): Promise<boolean> {
  const { chat, from, callbackQuery } = ctx;
  const id = callbackQuery?.message && ephemeralIdOf(ctx);
  if (!chat || !from || id === undefined) return false;
  const [words, options] = textOptions(text, { reply_markup: keyboard });
  await ctx.api.editEphemeralMessageText(chat.id, from.id, id, words, options);
  return true;
}

/** The question, as what the answer replies to. */
function questionOf(ctx: Context) {
  const id = ephemeralIdOf(ctx);
  return id === undefined ? { message_id: ctx.msgId ?? 0 } : { ephemeral_message_id: id };
}

function ephemeralIdOf({ msg }: Context): number | undefined {
  return msg && 'ephemeral_message_id' in msg ? msg.ephemeral_message_id : undefined;
}
