import { type Context, GrammyError, type InlineKeyboard } from 'grammy';
import type { ForceReply } from 'grammy/types';
import * as cardStore from '../incidences/card-store.ts';
import { type ChatPlace, telegramLane } from '../delivery/delivery.ts';
import * as incidenceViewStore from '../incidences/incidence-view-store.ts';
import * as transcriptStore from '../transcripts/transcript-store.ts';
import type { BotContext, BotDeps } from './context.ts';
import {
  captionOptions,
  chatOptions,
  contentHash,
  freshCard,
  showCard,
  textOptions,
  transcriptDocument,
} from './present.ts';
import { classify } from './telegram-error.ts';
import type { Html } from './views/html.ts';
import type { Screen } from './views/incidence-card.ts';

/** The chat and topic an update came from: everything is answered where it was asked. */
export function placeOf(ctx: Context): ChatPlace | undefined {
  if (!ctx.chat) return undefined;
  const { msg } = ctx;
  const threadId = msg?.is_topic_message && msg.message_thread_id !== undefined ? msg.message_thread_id : null;
  return { chatId: ctx.chat.id, threadId };
}

/** Answers a command, ahead of the deliveries that wait for the same chat. Returns the message's id. */
export async function reply(
  ctx: BotContext,
  deps: BotDeps,
  text: Html,
  options: AnswerOptions = {},
): Promise<number | undefined> {
  const place = placeOf(ctx);
  if (!place) return undefined;
  return deps.dispatcher.interact(telegramLane(place.chatId), () => send(ctx, place, text, options));
}

type AnswerOptions = { keyboard?: InlineKeyboard | ForceReply; toMessage?: number | undefined };

async function send(ctx: BotContext, place: ChatPlace, text: Html, options: AnswerOptions): Promise<number> {
  const messageId = options.toMessage ?? (ctx.callbackQuery ? undefined : ctx.msgId);
  const all = {
    ...chatOptions(place),
    ...(options.keyboard ? { reply_markup: options.keyboard } : {}),
    ...(messageId === undefined
      ? {}
      : { reply_parameters: { message_id: messageId, allow_sending_without_reply: true } }),
  };
  return (await ctx.api.sendMessage(place.chatId, ...textOptions(text, all))).message_id;
}

/** One more copy of a card where it was asked for; from now on it follows the incidence like the others. */
export async function sendCardHere(ctx: BotContext, deps: BotDeps, id: number): Promise<boolean> {
  const place = placeOf(ctx);
  if (!place || !(await incidenceViewStore.findById(deps.db, id))) return false;
  const card = await deps.dispatcher.interact(telegramLane(place.chatId), async () => {
    const incidence = await incidenceViewStore.findById(deps.db, id);
    if (!incidence) return undefined;
    const screen = await showCard(deps.db, incidence, freshCard, deps.locale, deps.now());
    const messageId = await send(ctx, place, screen.text, { keyboard: screen.keyboard });
    const shown = { incidenceId: id, place, messageId, version: incidence.version, contentHash: contentHash(screen) };
    return cardStore.insert(deps.db, shown, deps.now());
  });
  if (!card) return false;
  // It may have changed while it was on its way.
  const now = await incidenceViewStore.findById(deps.db, id);
  if (now && now.version !== card.shownVersion) await editCardNow(ctx, deps, card);
  return true;
}

/** The transcript of an incidence as a document; `none` when there is none, `forbidden` where the chat takes no files. */
export async function sendTranscriptHere(
  ctx: BotContext,
  deps: BotDeps,
  id: number,
): Promise<'sent' | 'none' | 'forbidden'> {
  const place = placeOf(ctx);
  const incidence = await incidenceViewStore.findById(deps.db, id);
  if (!place || !incidence?.transcript) return 'none';
  const messages = await transcriptStore.findAllMessages(deps.db, id);
  const { file, caption } = transcriptDocument(incidence, messages, deps.locale);
  try {
    await deps.dispatcher.interact(telegramLane(place.chatId), () =>
      ctx.api.sendDocument(place.chatId, file, { ...chatOptions(place), ...captionOptions(caption) }),
    );
    return 'sent';
  } catch (error) {
    if (classify(error).outcome === 'content-forbidden') return 'forbidden';
    throw error;
  }
}

/**
 * Brings a card up to date at once, as part of the answer to a press. Read, shown and written down at its turn:
 * what was true before the wait may be overtaken.
 */
export async function editCardNow(
  ctx: BotContext,
  deps: BotDeps,
  { id, chatId }: Pick<cardStore.Card, 'id' | 'chatId'>,
): Promise<void> {
  const isNeeded = async () => (await changeOf(deps, id)) !== undefined;
  if (!(await isNeeded())) return;
  const call = async () => {
    const change = await changeOf(deps, id);
    if (!change) return;
    await edit(ctx, change.card, change.screen);
    await cardStore.setShown(deps.db, change.edited);
  };
  await deps.dispatcher.interact(telegramLane(chatId), call, isNeeded);
}

/** What a standing card should show and does not; undefined where it is up to date or gone. */
async function changeOf(deps: BotDeps, id: number) {
  const card = await cardStore.findById(deps.db, id);
  const incidence = card && (await incidenceViewStore.findById(deps.db, card.incidenceId));
  if (!incidence || card.goneAt) return undefined;
  const screen = await showCard(deps.db, incidence, card, deps.locale, deps.now());
  const edited = { cardId: id, version: incidence.version, contentHash: contentHash(screen) };
  return edited.contentHash === card.contentHash ? undefined : { card, screen, edited };
}

async function edit(ctx: BotContext, card: cardStore.Card, { text, keyboard }: Screen): Promise<void> {
  try {
    await ctx.api.editMessageText(card.chatId, card.messageId, ...textOptions(text, { reply_markup: keyboard }));
  } catch (error) {
    if (classify(error).outcome !== 'not-modified') throw error;
  }
}

/** Answers a press: exactly once, unlimited by Telegram, and worthless when it comes too late. */
export async function toast(ctx: BotContext, text: string, options: { alert?: boolean } = {}): Promise<void> {
  try {
    await ctx.answerCallbackQuery({ text: text.slice(0, 200), show_alert: options.alert ?? false });
  } catch (error) {
    if (!(error instanceof GrammyError) || !error.description.includes('query is too old')) throw error;
  }
}
