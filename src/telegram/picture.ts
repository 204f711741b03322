import { InputFile } from 'grammy';
import type { Chart } from '../charts/chart.ts';
import { laneOf } from '../routes/lane.ts';
import { isAnswerForAsker } from './answer-asker.ts';
import type { BotContext, BotDeps } from './context.ts';
import { captionOptions, chatOptions, replyOptions } from './message-options.ts';
import { editReply, placeOfUpdate, reply } from './reply.ts';
import { classify } from './telegram-error.ts';
import type { Screen } from './views/incidence-card.ts';

/** A chart, and what says the same in words: its caption, or all there is where no picture can be had. */
export type Pictured = Screen & Readonly<{ chart: Chart }>;

/** Answers a command with a picture; with the words alone where none can be drawn, or the chat forbids pictures. */
export async function replyWithPicture(ctx: BotContext, deps: BotDeps, pictured: Pictured): Promise<unknown> {
  const { text, keyboard } = pictured;
  const place = placeOfUpdate(ctx);
  if (!place) return undefined;
  const inWords = () => reply(ctx, deps, text, { keyboard, isForAsker: true });
  // What only one person sees for a while is short.
  if (await isAnswerForAsker(ctx, deps, place, { keyboard, isForAsker: true })) return inWords();
  const png = await deps.charts.draw(pictured.chart);
  if (!png) return inWords();
  try {
    return await deps.dispatcher.interact(laneOf(place.chatId), () =>
      ctx.api.sendPhoto(place.chatId, pictureOf(png), {
        ...chatOptions(place),
        ...captionOptions(text),
        ...(ctx.msgId === undefined || ctx.callbackQuery ? {} : replyOptions(ctx.msgId)),
        reply_markup: keyboard,
      }),
    );
  } catch (error) {
    if (classify(error).outcome !== 'content-forbidden') throw error;
    return inWords();
  }
}

/**
 * Shows another picture in the pressed message. A message of text stays one, since Telegram makes no picture of it;
 * where no picture can be drawn, the words come as a message of their own, since the old picture would contradict them.
 */
export async function editPicture(ctx: BotContext, deps: BotDeps, pictured: () => Promise<Pictured>): Promise<unknown> {
  const message = ctx.callbackQuery?.message;
  if (!message) return undefined;
  if (!('photo' in message) || !message.photo) return editReply(ctx, deps, pictured);
  const undrawn = await deps.dispatcher.interact(laneOf(message.chat.id), async () => {
    const shown = await pictured();
    const png = await deps.charts.draw(shown.chart);
    if (!png) return shown;
    try {
      const media = { type: 'photo' as const, media: pictureOf(png), ...captionOptions(shown.text) };
      await ctx.api.editMessageMedia(message.chat.id, message.message_id, media, { reply_markup: shown.keyboard });
    } catch (error) {
      const { outcome } = classify(error);
      if (outcome !== 'not-modified' && outcome !== 'edit-target-gone') throw error;
    }
    return undefined;
  });
  return undrawn && reply(ctx, deps, undrawn.text, { keyboard: undrawn.keyboard });
}

function pictureOf(png: Buffer): InputFile {
  return new InputFile(png, 'stats.png');
}
