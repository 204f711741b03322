import { type Context, GrammyError, type InlineKeyboard } from 'grammy';
import type { ForceReply } from 'grammy/types';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import type { BotContext, BotDeps } from './context.ts';
import { chatOptions, replyOptions, textOptions } from './message-options.ts';
import type { Html } from './views/html.ts';

/** The chat and topic an update came from: every answer goes there. */
export function placeOfUpdate(ctx: Context): ChatPlace | undefined {
  if (!ctx.chat) return undefined;
  const { msg } = ctx;
  const threadId = msg?.is_topic_message && msg.message_thread_id !== undefined ? msg.message_thread_id : null;
  return { chatId: ctx.chat.id, threadId };
}

type ReplyOptions = { keyboard?: InlineKeyboard | ForceReply; toMessage?: number | undefined };

/** Answers a command, ahead of the deliveries queued for the same chat. Returns the message's id. */
export async function reply(
  ctx: BotContext,
  deps: BotDeps,
  text: Html,
  options: ReplyOptions = {},
): Promise<number | undefined> {
  const place = placeOfUpdate(ctx);
  if (!place) return undefined;
  return deps.dispatcher.interact(laneOf(place.chatId), () => sendReply(ctx, place, text, options));
}

/** The same without waiting for a turn. */
export async function sendReply(
  ctx: BotContext,
  place: ChatPlace,
  text: Html,
  options: ReplyOptions = {},
): Promise<number> {
  const messageId = options.toMessage ?? (ctx.callbackQuery ? undefined : ctx.msgId);
  const all = {
    ...chatOptions(place),
    ...(options.keyboard ? { reply_markup: options.keyboard } : {}),
    ...(messageId === undefined ? {} : replyOptions(messageId)),
  };
  return (await ctx.api.sendMessage(place.chatId, ...textOptions(text, all))).message_id;
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
