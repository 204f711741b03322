import { Composer } from 'grammy';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { type Button, parse, seenIn } from '../callback-data.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { toast } from '../reply.ts';
import { actorLabel, resolveActor } from '../receive/actor.ts';
import { refusalHere } from './refuse.ts';

/** Reads every press once: which button, and who pressed it. Only what they may do goes on to the features. */
export function identifyFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on('callback_query:data', async (ctx, next) => {
    const button = parse(ctx.callbackQuery.data);
    if (!button) return toast(ctx, deps.locale.texts.toasts.buttonExpired);
    const who = await resolveActor(ctx, deps);
    if (!who.ok) {
      await toast(ctx, await refusalHere(ctx, deps, who), { alert: true });
      return recordRefusal(ctx, deps, button);
    }
    ctx.press = { button, person: who.person, seen: seenIn(ctx.callbackQuery.data) };
    return next();
  });

  return composer;
}

/** Their id is that of something else. */
const withoutIncidence: readonly Button['kind'][] = [
  'show-next',
  'acknowledge-all',
  'send-again',
  'take-handover',
  'turn-page',
  'send-reply',
  'change-reply',
  'discard-reply',
  'show-stats',
  'explain-stats',
  'remove-route',
  'rules-page',
  'show-rule',
  'set-rule',
  'add-rule',
  'routes-page',
  'undo-setting',
  'send-rows',
  'settings-page',
  'choose-setting',
  'switch-setting',
  'send-alerts',
  'stop-alerts',
  'test-card',
  'check-setup',
  'answer-asker',
  'answer-everyone',
  'topics-by-severity',
  'topics-by-source',
];

async function recordRefusal(ctx: BotContext, deps: BotDeps, button: Button): Promise<void> {
  if (withoutIncidence.includes(button.kind)) return;
  const incidence = await incidenceViewStore.findById(deps.db, button.id);
  if (!incidence) return;
  const after = { wanted: button.kind, reason: 'not-allowed' };
  const entry = { incidenceId: button.id, action: 'refused', actorId: null, actor: actorLabel(ctx), before: {}, after };
  await incidenceStore.record(deps.db, [entry], deps.now());
}
