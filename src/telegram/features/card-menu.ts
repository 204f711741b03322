import * as cardStore from '../../incidences/card-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { toastBeforeEdit } from '../reply.ts';
import { editCardNow } from '../reply-with-card.ts';
import { editMeanwhile, pressedCard } from '../pressed-card.ts';
import { refusePress } from './refuse.ts';

/** A menu replaces the buttons of the pressed card until something is chosen. */
export async function openMenu(
  ctx: BotContext,
  deps: BotDeps,
  id: number,
  menu: cardStore.Card['menu'],
  hint: string,
): Promise<void> {
  const { toasts } = deps.locale.texts;
  const card = await pressedCard(ctx, deps);
  if (!card) return refusePress(ctx, deps, { reason: 'card-outdated', text: toasts.cardOutdated(id) });
  if (menu !== 'main' && menu !== 'tags' && menu !== 'more') {
    const incidence = await incidenceViewStore.findById(deps.db, id);
    if (incidence?.status === 'closed')
      return refusePress(ctx, deps, { reason: 'already-closed', text: toasts.alreadyClosed(incidence.closedByName) });
  }
  await toastBeforeEdit(ctx, deps, { chatId: card.chatId, hint, faster: fasterCommand(menu, id) });
  await cardStore.setMenu(deps.db, card.id, menu, deps.now());
  editMeanwhile(deps, editCardNow(ctx, deps, card));
}

/** What was chosen in a menu asks its own question: the card's buttons come back. */
export async function leaveMenu(ctx: BotContext, deps: BotDeps): Promise<void> {
  const card = await pressedCard(ctx, deps);
  if (!card || card.menu === 'main') return;
  await cardStore.setMenu(deps.db, card.id, 'main', deps.now());
  editMeanwhile(deps, editCardNow(ctx, deps, card));
}

/** What does the same without the buttons. */
function fasterCommand(menu: cardStore.Card['menu'], id: number): string | undefined {
  switch (menu) {
    case 'outcome':
      return `/close ${id} resolved`;
    case 'tags':
      return `/tag ${id} <tag>`;
    case 'severity':
      return `/severity ${id} <severity>`;
    case 'assign':
      return `/assign ${id} <name>`;
    case 'snooze':
      return `/snooze ${id} 2h`;
    case 'more':
    case 'main':
      return undefined;
  }
}
