import { type Context, GrammyError, type InlineKeyboard } from 'grammy';
import type { ForceReply } from 'grammy/types';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import { editForAsker, isAnswerForAsker, sendToAsker } from './answer-asker.ts';
import type { BotContext, BotDeps } from './context.ts';
import { chatOptions, replyOptions, textOptions } from './message-options.ts';
import { classify } from './telegram-error.ts';
import type { Html } from './views/html.ts';
import type { Screen } from './views/incidence-card.ts';

/** The chat and topic an update came from: every answer goes there. */
export function placeOfUpdate(ctx: Context): ChatPlace | undefined {
  if (!ctx.chat) return undefined;
  const { msg } = ctx;
  const threadId = msg?.is_topic_message && msg.message_thread_id !== undefined ? msg.message_thread_id : null;
  return { chatId: ctx.chat.id, threadId };
}

type ReplyOptions = {
  keyboard?: InlineKeyboard | ForceReply;
  toMessage?: number | undefined;
  /** Whoever asked may be the only one who sees it, though it has buttons. */
  isForAsker?: boolean;
};

/**
 * Answers a command, ahead of the deliveries queued for the same chat. Returns the message's id; undefined where only
 * whoever asked sees it.
 */
export async function reply(
  ctx: BotContext,
  deps: BotDeps,
  text: Html,
  options: ReplyOptions = {},
): Promise<number | undefined> {
  const place = placeOfUpdate(ctx);
  if (!place) return undefined;
  const isForAsker = await isAnswerForAsker(ctx, deps, place, options);
  return deps.dispatcher.interact(laneOf(place.chatId), async () => {
    const keyboard = options.keyboard && 'inline_keyboard' in options.keyboard ? options.keyboard : undefined;
    if (isForAsker && (await sendToAsker(ctx, deps, { place, text, keyboard }))) return undefined;
    return sendReply(ctx, place, text, options);
  });
}

/** The same without waiting for a turn. */
export async function sendReply(
  ctx: BotContext,
  place: ChatPlace,
  text: Html,
  options: ReplyOptions = {},
): Promise<number> {
  // Of a message that only one person sees it is 0.
  const messageId = (options.toMessage ?? (ctx.callbackQuery ? undefined : ctx.msgId)) || undefined;
  const all = {
    ...chatOptions(place),
    ...(options.keyboard ? { reply_markup: options.keyboard } : {}),
    ...(messageId === undefined ? {} : replyOptions(messageId)),
  };
  return (await ctx.api.sendMessage(place.chatId, ...textOptions(text, all))).message_id;
}

const slowMs = 3_000;

/** Answers a press that changes the pressed message: when that takes long, with why, and what does the same at once. */
export async function toastBeforeEdit(
  ctx: BotContext,
  deps: BotDeps,
  { chatId, hint = '', faster }: Readonly<{ chatId: number; hint?: string; faster?: string | undefined }>,
): Promise<void> {
  const wait = deps.dispatcher.interactWait(laneOf(chatId));
  if (wait <= slowMs) return toast(ctx, hint);
  await toast(ctx, deps.locale.texts.toasts.slow(Math.ceil(wait / 1000), faster), { alert: true });
}

/** Shows something else in the pressed message, unless that is gone, as part of the answer; what, is asked when its turn comes. */
export async function editReply(ctx: BotContext, deps: BotDeps, screen: () => Promise<Screen>): Promise<void> {
  const message = ctx.callbackQuery?.message;
  if (!message) return;
  await deps.dispatcher.interact(laneOf(message.chat.id), async () => {
    const shown = await screen();
    if (await editForAsker(ctx, shown)) return;
    const { text, keyboard } = shown;
    try {
      await ctx.api.editMessageText(
        message.chat.id,
        message.message_id,
        ...textOptions(text, { reply_markup: keyboard }),
      );
    } catch (error) {
      const { outcome } = classify(error);
      if (outcome !== 'not-modified' && outcome !== 'edit-target-gone') throw error;
    }
  });
}

/** Characters (Bot API, answerCallbackQuery). */
const maxToastLength = 200;

/** Answers a press, exactly once. Telegram does not rate-limit these, and rejects those that come too late. */
export async function toast(ctx: BotContext, text: string, options: { alert?: boolean } = {}): Promise<void> {
  try {
    await ctx.answerCallbackQuery({ text: text.slice(0, maxToastLength), show_alert: options.alert ?? false });
  } catch (error) {
    if (!(error instanceof GrammyError) || !error.description.includes('query is too old')) throw error;
  }
}
