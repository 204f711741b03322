import { Composer } from 'grammy';
import { can } from '../../people/rights.ts';
import { type Undone, undoSetting } from '../../settings/undo-setting.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { editReply, toast } from '../reply.ts';
import { clip } from '../views/html.ts';
import { undoKeyboard } from '../views/routes.ts';

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
    digest: deps.digestChanged,
    dates: deps.cardsChanged,
  };

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    if (button.kind !== 'undo-setting') return next();
    const { texts } = deps.locale;
    const { toasts, undone } = texts.routes;
    if (!can(person.role, 'change-settings')) return toast(ctx, toasts.leadsOnly, { alert: true });
    const time = { zone: deps.locale.zone, now: deps.now() };
    const mayManagePeople = can(person.role, 'manage-people');
    const { adminIds: namedAdmins, configuredDigestAt } = deps;
    const request = { changeId: button.id, by: person.id, mayManagePeople, namedAdmins, configuredDigestAt };
    const outcome = await undoSetting(deps.db, request, time);
    if (outcome === 'not-allowed') return toast(ctx, toasts.adminsOnly, { alert: true });
    if (!outcome) return toast(ctx, toasts.changedSince, { alert: true });
    await applied[outcome.about]();
    await toast(ctx, toasts.undone);
    const keyboard = undoKeyboard(outcome.changeId, texts);
    return editReply(ctx, deps, async () => ({ text: undone(clip(outcome.change, 500)), keyboard }));
  });

  return composer;
}
