import { laneOf } from '../routes/lane.ts';
import * as cardStore from '../incidences/card-store.ts';
import * as incidenceViewStore from '../incidences/incidence-view-store.ts';
import { cardEdit, cardScreen, contentHash, newCard } from './card-screen.ts';
import type { BotContext, BotDeps } from './context.ts';
import { captionOptions, chatOptions, textOptions } from './message-options.ts';
import { placeOfUpdate, sendReply } from './reply.ts';
import { classify } from './telegram-error.ts';
import { transcriptDocument, type TranscriptType } from './transcript-document.ts';
import type { Screen } from './views/incidence-card.ts';

/**
 * Sends one more copy of a card, with what else there is of the customer; from now on it follows the incidence like the
 * others. False when there is none.
 */
export async function replyWithCard(ctx: BotContext, deps: BotDeps, id: number): Promise<boolean> {
  const place = placeOfUpdate(ctx);
  if (!place || !(await incidenceViewStore.findById(deps.db, id))) return false;
  const card = await deps.dispatcher.interact(laneOf(place.chatId), async () => {
    const incidence = await incidenceViewStore.findById(deps.db, id);
    if (!incidence) return undefined;
    const screen = await cardScreen(deps.db, incidence, { ...newCard, withEarlier: true }, deps.locale, deps.now());
    const messageId = await sendReply(ctx, place, screen.text, { keyboard: screen.keyboard });
    const shown = { incidenceId: id, place, messageId, version: incidence.version, contentHash: contentHash(screen) };
    return cardStore.insert(deps.db, shown, deps.now());
  });
  if (!card) return false;
  // It may have changed while it was being sent.
  const incidence = await incidenceViewStore.findById(deps.db, id);
  if (incidence && incidence.version !== card.shownVersion) await editCardNow(ctx, deps, card);
  return true;
}

/** Sends a transcript as a document; `none` when there is none, `forbidden` where the chat allows no files. */
export async function replyWithTranscript(
  ctx: BotContext,
  deps: BotDeps,
  id: number,
  type: TranscriptType,
): Promise<'sent' | 'none' | 'forbidden'> {
  const place = placeOfUpdate(ctx);
  const incidence = await incidenceViewStore.findById(deps.db, id);
  if (!place || !incidence?.transcript) return 'none';
  const { file, caption } = await transcriptDocument(deps.db, incidence, deps.locale, type);
  try {
    await deps.dispatcher.interact(laneOf(place.chatId), () =>
      ctx.api.sendDocument(place.chatId, file, { ...chatOptions(place), ...captionOptions(caption) }),
    );
    return 'sent';
  } catch (error) {
    if (classify(error).outcome === 'content-forbidden') return 'forbidden';
    throw error;
  }
}

/**
 * Brings a card up to date at once, as part of the answer to a press. It reads, edits and records when its turn comes:
 * what was true before the wait may have changed.
 */
export async function editCardNow(
  ctx: BotContext,
  deps: BotDeps,
  { id, chatId }: Pick<cardStore.Card, 'id' | 'chatId'>,
): Promise<void> {
  let change: Change | undefined;
  // Only in its turn: before, an edit of the same card may be shown and not recorded yet.
  const isNeeded = async () => {
    change = await findChange(deps, id);
    return change !== undefined;
  };
  const call = async () => {
    if (!change) return;
    await edit(ctx, change.card, change.screen);
    await cardStore.setShown(deps.db, change.edited);
  };
  await deps.dispatcher.interact(laneOf(chatId), call, isNeeded);
}

type Change = Readonly<{ card: cardStore.Card; screen: Screen; edited: cardStore.CardEdited }>;

/** How a card should look and does not; undefined when it is up to date or gone. */
async function findChange(deps: BotDeps, id: number): Promise<Change | undefined> {
  const card = await cardStore.findById(deps.db, id);
  const incidence = card && (await incidenceViewStore.findById(deps.db, card.incidenceId));
  if (!incidence || card.goneAt) return undefined;
  const { screen, edited, isShown } = await cardEdit(deps.db, incidence, card, deps.locale, deps.now());
  return isShown ? undefined : { card, screen, edited };
}

async function edit(ctx: BotContext, card: cardStore.Card, { text, keyboard }: Screen): Promise<void> {
  try {
    await ctx.api.editMessageText(card.chatId, card.messageId, ...textOptions(text, { reply_markup: keyboard }));
  } catch (error) {
    if (classify(error).outcome !== 'not-modified') throw error;
  }
}
