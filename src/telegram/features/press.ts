import { Composer } from 'grammy';
import * as cardStore from '../../incidences/card-store.ts';
import type { ActOutcome } from '../../incidences/act-on-incidence.ts';
import type { Action } from '../../incidences/incidence.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { editCard } from '../../incidences/plan-deliveries.ts';
import * as tagStore from '../../incidences/tag-store.ts';
import type { Person } from '../../people/person.ts';
import { applyAction, applyTags, applyUndo } from '../apply-action.ts';
import type { Button } from '../callback-data.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { snoozeUntil } from '../snooze-time.ts';
import { toast } from '../reply.ts';
import { editMeanwhile, pressedCard } from '../pressed-card.ts';
import { leaveMenu, openMenu } from './card-menu.ts';
import { showContact } from './contact.ts';
import { editCardNow, replyWithCard } from '../reply-with-card.ts';
import { undoToast } from '../views/undo.ts';
import { findAssignee } from './assign.ts';
import { assignToast, severityToast, snoozeToast, staleToast, tagToast, toastOf } from '../views/toasts.ts';
import { refusePress } from './refuse.ts';

/** Presses under cards. `Write a note…` and `New tag…` are answered by the dialogs. */
export function pressFeature(deps: BotDeps): Composer<BotContext> {
  const { toasts } = deps.locale.texts;
  const composer = new Composer<BotContext>();

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    switch (button.kind) {
      case 'acknowledge':
      case 'release':
      case 'reopen':
        return act(ctx, deps, button.id, { kind: button.kind }, person);
      case 'close':
        return act(ctx, deps, button.id, { kind: 'close', outcome: button.outcome }, person);
      case 'tag':
        return setTag(ctx, deps, button, person);
      case 'outcome-menu':
        return openMenu(ctx, deps, button.id, 'outcome', toasts.chooseOutcome);
      case 'severity':
        return setSeverity(ctx, deps, button, person);
      case 'assign':
        return assignTo(ctx, deps, button, person);
      case 'undo':
        return undoPressed(ctx, deps, button, person);
      case 'snooze':
        return snooze(ctx, deps, button, person);
      case 'more-menu':
        return openMenu(ctx, deps, button.id, 'more', toasts.chooseMore);
      case 'severity-menu':
        return openMenu(ctx, deps, button.id, 'severity', toasts.chooseSeverity);
      case 'assign-menu':
        return openMenu(ctx, deps, button.id, 'assign', toasts.chooseAssignee);
      case 'snooze-menu':
        return openMenu(ctx, deps, button.id, 'snooze', toasts.chooseSnooze);
      case 'tag-menu':
        return openMenu(ctx, deps, button.id, 'tags', toasts.chooseTag);
      case 'main-menu':
        return openMenu(ctx, deps, button.id, 'main', '');
      case 'show':
        if (!(await incidenceViewStore.findById(deps.db, button.id))) return notFound(ctx, deps, toasts.notFound);
        await toast(ctx, `#${button.id}`);
        await replyWithCard(ctx, deps, button.id);
        return undefined;
      case 'contact':
        await showContact(ctx, deps, button.id, person);
        return leaveMenu(ctx, deps);
      case 'note':
      case 'reply':
        await next();
        return leaveMenu(ctx, deps);
      case 'write-note':
      case 'new-tag':
      case 'show-next':
      case 'acknowledge-all':
      case 'send-again':
      case 'take-handover':
      case 'turn-page':
      case 'send-reply':
      case 'change-reply':
      case 'discard-reply':
      case 'saved-answer':
      case 'show-stats':
      case 'explain-stats':
      case 'remove-route':
      case 'rules-page':
      case 'show-rule':
      case 'set-rule':
      case 'add-rule':
      case 'routes-page':
      case 'undo-setting':
      case 'send-rows':
      case 'settings-page':
      case 'choose-setting':
      case 'switch-setting':
      case 'send-alerts':
      case 'stop-alerts':
      case 'test-card':
      case 'check-setup':
      case 'answer-asker':
      case 'answer-everyone':
      case 'topics-by-severity':
      case 'topics-by-source':
        return next();
    }
  });

  return composer;
}

async function act(ctx: BotContext, deps: BotDeps, id: number, action: Action, actor: Person): Promise<void> {
  const outcome = await applyAction(deps, { id, action, actor, seen: ctx.press?.seen });
  await answer(ctx, deps, outcome, toastOf(outcome, deps.locale.texts));
}

async function setSeverity(
  ctx: BotContext,
  deps: BotDeps,
  { id, severity }: Extract<Button, { kind: 'severity' }>,
  actor: Person,
): Promise<void> {
  const outcome = await actFromMenu(ctx, deps, id, { kind: 'severity', severity }, actor);
  await answer(ctx, deps, outcome, severityToast(outcome, deps.locale.texts));
}

async function snooze(
  ctx: BotContext,
  deps: BotDeps,
  { id, snooze: wanted }: Extract<Button, { kind: 'snooze' }>,
  actor: Person,
): Promise<void> {
  const until = snoozeUntil(wanted, { hours: deps.businessHours, zone: deps.locale.zone }, deps.now());
  if (!until) return toast(ctx, deps.locale.texts.toasts.failed);
  const outcome = await actFromMenu(ctx, deps, id, { kind: 'snooze', until }, actor);
  await answer(ctx, deps, outcome, snoozeToast(outcome, deps.locale, deps.now()));
}

async function assignTo(
  ctx: BotContext,
  deps: BotDeps,
  { id, personId }: Extract<Button, { kind: 'assign' }>,
  actor: Person,
): Promise<void> {
  const { texts } = deps.locale;
  const to = await findAssignee(ctx, deps, personId);
  if (!to) return notFound(ctx, deps, texts.toasts.notOfTeam);
  const outcome = await actFromMenu(ctx, deps, id, { kind: 'assign', to }, actor);
  await answer(ctx, deps, outcome, assignToast(outcome, texts));
}

async function undoPressed(
  ctx: BotContext,
  deps: BotDeps,
  { id, historyId }: Extract<Button, { kind: 'undo' }>,
  person: Person,
): Promise<void> {
  const card = await pressedCard(ctx, deps);
  if (card) await cardStore.setMenu(deps.db, card.id, 'main', deps.now());
  const outcome = await applyUndo(deps, { id, historyId, actor: person });
  const text = undoToast(outcome, deps.locale.texts);
  await (!outcome.ok && outcome.reason === 'not-found' ? notFound(ctx, deps, text) : toast(ctx, text));
  if (card) editMeanwhile(deps, editCardNow(ctx, deps, card));
}

/** The pressed card's own buttons come back. */
async function actFromMenu(
  ctx: BotContext,
  deps: BotDeps,
  id: number,
  action: Action,
  actor: Person,
): Promise<ActOutcome> {
  const card = await pressedCard(ctx, deps);
  if (card) await cardStore.setMenu(deps.db, card.id, 'main', deps.now());
  return applyAction(deps, { id, action, actor, seen: ctx.press?.seen });
}

async function setTag(
  ctx: BotContext,
  deps: BotDeps,
  button: Extract<Button, { kind: 'tag' }>,
  actor: Person,
): Promise<void> {
  const { texts } = deps.locale;
  const name = await tagStore.findNameById(deps.db, button.tagId);
  if (name === undefined) return notFound(ctx, deps, texts.toasts.tagGone);
  const message = ctx.callbackQuery?.message;
  const place = message && { chatId: message.chat.id, messageId: message.message_id };
  if (place) await cardStore.keepTagMenu(deps.db, place, deps.now());
  const outcome = await applyTags(deps, { id: button.id, mode: button.change, tags: [name], actor });
  if (!outcome.ok) return answer(ctx, deps, outcome, toastOf(outcome, texts));
  const text = tagToast(button.change, outcome.isChanged, name, texts);
  if (outcome.isChanged) return answer(ctx, deps, outcome, text);
  await toast(ctx, text);
  editMeanwhile(deps, showUnchanged(ctx, deps));
}

/**
 * The pressed card changes at once, as part of the answer, since others may press what still looks open.
 * Its other copies follow at the pace of deliveries, as does this one if it cannot be edited now.
 */
async function answer(ctx: BotContext, deps: BotDeps, outcome: ActOutcome, text: string): Promise<void> {
  if (!outcome.ok && outcome.reason === 'not-found') return notFound(ctx, deps, text);
  // First, so that in a quiet chat the edit arrives before the toast.
  if (outcome.ok) editMeanwhile(deps, showChange(ctx, deps));
  await toast(ctx, staleToast(outcome, deps.locale) ?? text);
  if (!outcome.ok) editMeanwhile(deps, showUnchanged(ctx, deps));
}

function notFound(ctx: BotContext, deps: BotDeps, text: string): Promise<void> {
  return refusePress(ctx, deps, { reason: 'not-found', text });
}

/** The change has queued an edit for each of its cards; the pressed card's goes first. */
async function showChange(ctx: BotContext, deps: BotDeps): Promise<void> {
  const card = await pressedCard(ctx, deps);
  const shown = card && deps.dispatcher.deliverNow(editCard(card));
  deps.wake.signal('deliveries');
  await shown;
}

/** Nothing changed, so no edit is queued; but the pressed card may be out of date. */
async function showUnchanged(ctx: BotContext, deps: BotDeps): Promise<void> {
  const card = await pressedCard(ctx, deps);
  if (card) await editCardNow(ctx, deps, card);
}
