import { Composer } from 'grammy';
import { parse, seenIn } from '../callback-data.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { resolveActor } from '../receive/actor.ts';
import { refusalHere, refusePress } from './refuse.ts';

/** Reads every press once: which button, and who pressed it. Only what they may do goes on to the features. */
export function identifyFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on('callback_query:data', async (ctx, next) => {
    const button = parse(ctx.callbackQuery.data);
    if (!button)
      return refusePress(ctx, deps, { reason: 'unknown-button', text: deps.locale.texts.toasts.buttonExpired });
    const who = await resolveActor(ctx, deps);
    if (!who.ok)
      return refusePress(ctx, deps, { reason: 'not-allowed', text: await refusalHere(ctx, deps, who), button });
    ctx.press = { button, person: who.person, seen: seenIn(ctx.callbackQuery.data) };
    return next();
  });

  return composer;
}
