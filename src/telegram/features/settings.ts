import { Composer } from 'grammy';
import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import * as quietStore from '../../quiet/quiet-store.ts';
import { cardSwitches, readCardSettings, switchCards } from '../../settings/card-settings.ts';
import { isForAsker, switchAnswers } from '../../settings/answer-settings.ts';
import * as settingStore from '../../settings/setting-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { editReply, reply, toast } from '../reply.ts';
import { type SettingsFacts, settingsScreen } from '../views/settings.ts';
import { quietStateOf } from './quiet.ts';

const shownChanges = 5;

/** `/settings`: what is set, buttons that change it, and who changed what. */
export async function showSettings(ctx: BotContext, deps: BotDeps, person: Person): Promise<unknown> {
  const { texts } = deps.locale;
  if (!can(person.role, 'change-settings')) return reply(ctx, deps, texts.settings.leadsOnly);
  const { text, keyboard } = settingsScreen(await readFacts(ctx, deps), 0, deps.locale);
  return reply(ctx, deps, text, { keyboard });
}

/** The buttons under `/settings`. */
export function settingsFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    const isAnswers = button.kind === 'answer-asker' || button.kind === 'answer-everyone';
    if (!isAnswers && button.kind !== 'settings-page' && button.kind !== 'switch-setting') return next();
    const { texts } = deps.locale;
    if (!can(person.role, 'change-settings')) return toast(ctx, texts.routes.toasts.leadsOnly, { alert: true });
    if (button.kind === 'settings-page') {
      await toast(ctx, '');
      return editReply(ctx, deps, async () => settingsScreen(await readFacts(ctx, deps), button.id, deps.locale));
    }
    if (button.kind !== 'switch-setting') {
      const request = { chatId: ctx.chat?.id ?? 0, toAsker: button.kind === 'answer-asker', by: person.id };
      const isChanged = (await switchAnswers(deps.db, request, deps.now())) !== undefined;
      await toast(ctx, isChanged ? texts.settings.toasts.changed : texts.settings.toasts.unchanged);
      return editReply(ctx, deps, async () => settingsScreen(await readFacts(ctx, deps), 0, deps.locale));
    }
    const which = cardSwitches[button.id];
    if (!which) return toast(ctx, texts.toasts.buttonExpired);
    const wanted = { which, on: button.change === 'set', by: person.id };
    const changed = await switchCards(deps.db, wanted, deps.now());
    if (changed) await deps.cardsChanged();
    await toast(ctx, changed ? texts.settings.toasts.changed : texts.settings.toasts.unchanged);
    const { page } = button;
    return editReply(ctx, deps, async () => settingsScreen(await readFacts(ctx, deps), page, deps.locale, changed));
  });

  return composer;
}

async function readFacts(ctx: BotContext, deps: BotDeps): Promise<SettingsFacts> {
  const isGroup = ctx.chat !== undefined && ctx.chat.type !== 'private';
  const [cards, chats, changes, forAsker] = await Promise.all([
    readCardSettings(deps.db),
    quietStore.findAll(deps.db),
    settingStore.findChanges(deps.db, undefined, shownChanges),
    isGroup ? isForAsker(deps.db, ctx.chat.id) : undefined,
  ]);
  const quiet = quietStateOf(
    chats.find(({ place }) => place.chatId === ctx.chat?.id),
    deps,
  );
  return { cards, quiet, changes, isForAsker: forAsker, routes: deps.routes.value().length };
}
