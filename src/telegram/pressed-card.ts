import { setTimeout } from 'node:timers/promises';
import * as cardStore from '../incidences/card-store.ts';
import type { BotContext, BotDeps } from './context.ts';

/** In ms. A card may be pressed before it is recorded that it was sent. */
const recordedWithin = 3_000;
const findAgainAfter = 100;

export async function pressedCard(ctx: BotContext, deps: BotDeps): Promise<cardStore.Card | undefined> {
  const message = ctx.callbackQuery?.message;
  if (!message) return undefined;
  const age = deps.now().getTime() - message.date * 1000;
  // No longer than for a card of this moment, should our clock be behind Telegram's.
  const longest = Math.min(recordedWithin - age, recordedWithin);
  for (let waited = 0; ; waited += findAgainAfter) {
    const card = await cardStore.findByMessage(deps.db, message.chat.id, message.message_id);
    if (card) return card;
    if (waited < longest) await setTimeout(findAgainAfter);
    else return undefined;
  }
}

/**
 * The press is answered: while its card waits for room in the chat, neither this person's next press nor the next poll
 * waits with it. Edits take turns, and each shows what is true by then, so their order does not matter.
 */
export function editMeanwhile(deps: BotDeps, editing: Promise<void>): void {
  void editing.catch((err: unknown) => deps.log.info({ err }, 'card.edit_deferred'));
}
