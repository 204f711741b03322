import { Composer } from 'grammy';
import * as policyStore from '../../escalation/policy-store.ts';
import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import * as refusalStore from '../../people/refusal-store.ts';
import * as quietStore from '../../quiet/quiet-store.ts';
import { isForAsker, switchAnswers } from '../../settings/answer-settings.ts';
import { type CardSwitch, cardSwitches, readCardSettings, switchCards } from '../../settings/card-settings.ts';
import { readDateLanguage } from '../../settings/date-settings.ts';
import { readDigest } from '../../settings/digest-settings.ts';
import * as settingStore from '../../settings/setting-store.ts';
import { clip } from '../../transcripts/clip.ts';
import type { Button } from '../callback-data.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { editReply, reply, toast } from '../reply.ts';
import { settingChoices } from '../setting-choices.ts';
import { type SettingChanged, type SettingsFacts, settingsPages, settingsScreen } from '../views/settings.ts';
import { chooseSetting } from './choose-setting.ts';
import { quietStateOf } from './quiet.ts';
import { refusePress } from './refuse.ts';

const shownChanges = 5;
const shownRefusals = 3;

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
    if (!isOfSettings(button.kind)) return next();
    const { texts } = deps.locale;
    if (!can(person.role, 'change-settings'))
      return refusePress(ctx, deps, { reason: 'not-allowed', text: texts.routes.toasts.leadsOnly });
    if (button.kind === 'settings-page') {
      await toast(ctx, '');
      return editReply(ctx, deps, async () => settingsScreen(await readFacts(ctx, deps), button.id, deps.locale));
    }
    const change = changeOf(ctx, deps, button, person);
    if (!change) return refusePress(ctx, deps, { reason: 'not-found', text: texts.toasts.buttonExpired });
    const changed = await change.make();
    await toast(ctx, changed ? texts.settings.toasts.changed : texts.settings.toasts.unchanged);
    const { page } = change;
    return editReply(ctx, deps, async () => settingsScreen(await readFacts(ctx, deps), page, deps.locale, changed));
  });

  return composer;
}

const settingsKinds: readonly Button['kind'][] = [
  'settings-page',
  'switch-setting',
  'choose-setting',
  'answer-asker',
  'answer-everyone',
];

function isOfSettings(kind: Button['kind']): boolean {
  return settingsKinds.includes(kind);
}

/** What a button changes, and the page it stands on. */
type Change = Readonly<{ page: number; make: () => Promise<SettingChanged | undefined> }>;

function changeOf(ctx: BotContext, deps: BotDeps, button: Button, person: Person): Change | undefined {
  if (button.kind === 'switch-setting') return switchOf(deps, button, person);
  if (button.kind === 'choose-setting') return choiceOf(ctx, deps, button.id, person);
  const toAsker = button.kind === 'answer-asker';
  const make = async () => {
    const changed = await switchAnswers(deps.db, { chatId: ctx.chat?.id ?? 0, toAsker, by: person.id }, deps.now());
    const { answers, answersChanged } = deps.locale.texts.settings;
    return changed && { text: answersChanged(answers(toAsker)), changeId: changed.changeId };
  };
  return { page: 0, make };
}

function switchOf(
  deps: BotDeps,
  { id, page, change }: Extract<Button, { kind: 'switch-setting' }>,
  person: Person,
): Change | undefined {
  const which = cardSwitches[id];
  const make = async (wanted: CardSwitch) => {
    const changed = await switchCards(deps.db, { which: wanted, on: change === 'set', by: person.id }, deps.now());
    if (!changed) return undefined;
    await deps.cardsChanged();
    return { text: deps.locale.texts.settings.changed(clip(changed.change, 200)), changeId: changed.changeId };
  };
  return which && { page, make: () => make(which) };
}

function choiceOf(ctx: BotContext, deps: BotDeps, id: number, person: Person): Change | undefined {
  const choice = settingChoices[id];
  return choice && { page: settingsPages[choice.about], make: () => chooseSetting(ctx, deps, { choice, person }) };
}

async function readFacts(ctx: BotContext, deps: BotDeps): Promise<SettingsFacts> {
  const isGroup = ctx.chat !== undefined && ctx.chat.type !== 'private';
  const [cards, chats, policy, digest, dateLanguage, changes, refusals, forAsker] = await Promise.all([
    readCardSettings(deps.db),
    quietStore.findAll(deps.db),
    policyStore.find(deps.db),
    readDigest(deps.db, deps.configuredDigestAt),
    readDateLanguage(deps.db),
    settingStore.findChanges(deps.db, undefined, shownChanges),
    refusalStore.findLatest(deps.db, shownRefusals),
    isGroup ? isForAsker(deps.db, ctx.chat.id) : undefined,
  ]);
  const quiet = quietStateOf(
    chats.find(({ place }) => place.chatId === ctx.chat?.id),
    deps,
  );
  const routes = deps.routes.value().length;
  return { cards, quiet, policy, digestAt: digest.at, dateLanguage, changes, refusals, isForAsker: forAsker, routes };
}
