import { Composer } from 'grammy';
import * as deliveryStore from '../../delivery/delivery-store.ts';
import * as failureStore from '../../delivery/failure-store.ts';
import { onCommands } from '../command.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { reply, toast } from '../reply.ts';
import { failedList } from '../views/failed.ts';
import { html } from '../views/html.ts';
import { resolveActor } from '../receive/actor.ts';
import { refusalHere, refusePress } from './refuse.ts';

const listed = 10;

/** `/failed`: what could not be delivered and why, each with a button that tries again. */
export function failedFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.use(onCommands(new Map([['failed', replyWithFailed]])));

  async function replyWithFailed(ctx: BotContext): Promise<unknown> {
    const who = await resolveActor(ctx, deps);
    if (!who.ok) return reply(ctx, deps, html`${await refusalHere(ctx, deps, who)}`);
    const dead = await failureStore.findAllDead(deps.db, listed);
    const lost = await deliveryStore.findLostLanes(deps.db);
    const { text, keyboard } = failedList(
      dead,
      await failureStore.countDead(deps.db),
      lost,
      deps.now(),
      deps.locale.texts,
    );
    return reply(ctx, deps, text, dead.length > 0 ? { keyboard } : {});
  }

  composer.on('callback_query:data', async (ctx, next) => {
    const button = ctx.press?.button;
    if (button?.kind !== 'send-again') return next();
    const { toasts } = deps.locale.texts;
    const isRetried = await failureStore.sendAgain(deps.db, button.id, deps.now());
    deps.wake.signal('deliveries');
    if (isRetried) return toast(ctx, toasts.retrying);
    return refusePress(ctx, deps, { reason: 'already-done', text: toasts.alreadyRetried });
  });

  return composer;
}
