import { Composer, InlineKeyboard } from 'grammy';
import { can } from '../../people/rights.ts';
import { type Undone, undoSetting } from '../../settings/undo-setting.ts';
import { clip } from '../../transcripts/clip.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { editReply, toast } from '../reply.ts';
import { undoKeyboard } from '../views/routes.ts';
import { refusePress } from './refuse.ts';

/** `Undo` under the answer to a change of the settings. */
export function undoSettingFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();
  const hint = async () => deps.wake.signal('settings');
  const applied: Readonly<Record<Undone['about'], () => Promise<void>>> = {
    routes: deps.routesChanged,
    quiet: deps.quietChanged,
    cards: deps.cardsChanged,
    answers: hint,
    escalation: hint,
    severity: hint,
    people: deps.pairing.peopleChanged,
    invitations: hint,
    digest: deps.digestChanged,
    dates: deps.cardsChanged,
  };

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    if (button.kind !== 'undo-setting') return next();
    const { texts } = deps.locale;
    const { toasts, undone } = texts.routes;
    if (!can(person.role, 'change-settings'))
      return refusePress(ctx, deps, { reason: 'not-allowed', text: toasts.leadsOnly });
    const time = { zone: deps.locale.zone, now: deps.now() };
    const { adminIds: namedAdmins, configuredDigestAt } = deps;
    const request = { changeId: button.id, by: person.id, role: person.role, namedAdmins, configuredDigestAt };
    const outcome = (await undoSetting(deps.db, request, time)) ?? 'changed-since';
    if (typeof outcome === 'string')
      return refusePress(ctx, deps, { reason: outcome, text: toasts.notUndone[outcome], alert: true });
    await applied[outcome.about]();
    await toast(ctx, toasts.undone);
    const keyboard = outcome.changeId === undefined ? new InlineKeyboard() : undoKeyboard(outcome.changeId, texts);
    return editReply(ctx, deps, async () => ({ text: undone(clip(outcome.change, 500)), keyboard }));
  });

  return composer;
}
