import { isDeepStrictEqual } from 'node:util';
import { InlineKeyboard } from 'grammy';
import type { Policy } from '../../escalation/policy.ts';
import type { LatestRefusal } from '../../people/refusal-store.ts';
import { quietHoursText, timeOfDay } from '../../quiet/quiet-hours.ts';
import { type CardSettings, cardFields, type CardSwitch, cardSwitches, isOn } from '../../settings/card-settings.ts';
import { type DateLanguage, nameOf } from '../../settings/date-settings.ts';
import { digestTime } from '../../settings/digest-settings.ts';
import { ruleKinds } from '../../settings/severity-settings.ts';
import type { PastChange } from '../../settings/setting-store.ts';
import { sourceNames } from '../../sources/source-event.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Locale } from '../locale.ts';
import { type SettingChoice, settingChoices } from '../setting-choices.ts';
import type { Texts } from '../texts/texts.ts';
import { policyText } from './escalation.ts';
import { blocks, type Html, isolated, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { addUndo } from './routes.ts';
import { refusedPress } from './story-by-person.ts';
import { dayAndTime, severityMark, span } from './words.ts';

/** What the screen of the settings shows. */
export type SettingsFacts = Readonly<{
  cards: CardSettings;
  routes: number;
  /** Of the chat it is shown in. */
  quiet: string;
  /** Who sees answers in the group it is shown in; undefined in private. */
  isForAsker: boolean | undefined;
  policy: Policy;
  /** In minutes since midnight; null: none is sent. */
  digestAt: number | null;
  dateLanguage: DateLanguage;
  changes: readonly PastChange[];
  /** Presses of buttons that belong to no incidence. */
  refusals: readonly LatestRefusal[];
}>;

/** What just happened, with the number of the change for its `Undo`. */
export type SettingChanged = Readonly<{ text: Html; changeId: number }>;

/** After the overview and the fields of each source. */
export const settingsPages = {
  quiet: sourceNames.length + 1,
  escalation: sourceNames.length + 2,
  digest: sourceNames.length + 3,
  dates: sourceNames.length + 4,
} as const;

/** `page`: 0 is the overview, then come the fields of each source, then the `settingsPages`. */
export function settingsScreen(facts: SettingsFacts, page: number, locale: Locale, above?: SettingChanged): Screen {
  const screen = pageOf(facts, page, locale, above);
  if (above) addUndo(screen.keyboard, above.changeId, locale.texts.routes);
  return screen;
}

function pageOf(facts: SettingsFacts, page: number, locale: Locale, above?: SettingChanged): Screen {
  const { texts } = locale;
  const keyboard = new InlineKeyboard();
  const source = sourceNames[page - 1];
  if (source) {
    addFields(keyboard, source, facts.cards, texts.settings);
    return { text: blocks([above?.text, texts.settings.fieldsTitle(texts.sources[source] ?? source)]), keyboard };
  }
  if (page === settingsPages.quiet) {
    addChoices(keyboard, ({ about }) => about === 'quiet', texts);
    return { text: blocks([above?.text, texts.settings.quietTitle, texts.quiet.now(facts.quiet)]), keyboard };
  }
  if (page === settingsPages.escalation) {
    addChoices(keyboard, (choice) => choice.about === 'escalation' && isOther(choice, facts.policy), texts);
    return { text: blocks([above?.text, policyText(facts.policy, texts), texts.settings.escalationHowTo]), keyboard };
  }
  if (page === settingsPages.digest) {
    addChoices(keyboard, (choice) => choice.about === 'digest' && choice.at !== facts.digestAt, texts);
    const now = texts.settings.digest(digestTime(facts.digestAt), locale.zone);
    return { text: blocks([above?.text, lines([texts.settings.digestTitle, now])]), keyboard };
  }
  if (page === settingsPages.dates) {
    addChoices(keyboard, (choice) => choice.about === 'dates' && choice.language !== facts.dateLanguage, texts);
    const now = texts.settings.dates(nameOf(facts.dateLanguage), locale.zone);
    return {
      text: blocks([above?.text, lines([texts.settings.datesTitle, now, texts.settings.environment])]),
      keyboard,
    };
  }
  addOverview(keyboard, facts, texts);
  return { text: blocks([above?.text, ...overview(facts, locale)]), keyboard };
}

function overview(
  { cards, routes, quiet, digestAt, dateLanguage, changes, refusals, isForAsker }: SettingsFacts,
  locale: Locale,
): (Html | false)[] {
  const { texts, zone } = locale;
  const words = texts.settings;
  return [
    words.title,
    lines([
      words.contacts(!cards.areContactsHidden),
      words.hiddenFields(hiddenFields(cards, texts)),
      words.routes(routes),
      words.quiet(quiet),
      isForAsker !== undefined && words.answers(isForAsker),
      words.escalation,
      words.digest(digestTime(digestAt), zone),
      words.dates(nameOf(dateLanguage), zone),
    ]),
    changes.length > 0 &&
      lines([
        words.changes,
        ...changes.map(({ at, change, by }) => words.change(dayAndTime(at, locale), clip(change, 150), isolated(by))),
      ]),
    refusals.length > 0 &&
      lines([
        words.refusals,
        ...refusals.map(({ at, times, ...press }) =>
          words.refusal(dayAndTime(at, locale), clip(refusedPress(press, texts), 200), times),
        ),
      ]),
  ];
}

function hiddenFields({ hidden }: CardSettings, { settings, sources }: Texts): string {
  return sourceNames
    .filter((source) => hidden[source].length > 0)
    .map((source) => {
      const names = hidden[source].map((field) => settings.fields[field]).join(', ');
      return settings.hiddenOf(sources[source] ?? source, names);
    })
    .join('; ');
}

function addOverview(
  keyboard: InlineKeyboard,
  { cards, isForAsker }: SettingsFacts,
  { settings, severityRules, sources }: Texts,
): void {
  const page = (id: number) => encode({ kind: 'settings-page', id });
  const contacts: CardSwitch = { kind: 'contacts' };
  keyboard.text(settings.buttons.contacts(isOn(cards, contacts)), switchData(contacts, cards, 0)).row();
  if (isForAsker !== undefined) {
    const kind = isForAsker ? 'answer-everyone' : 'answer-asker';
    keyboard.text(settings.buttons.answers(isForAsker), encode({ kind, id: 0 })).row();
  }
  const fields = sourceNames.map((source, index): [string, string] => [
    settings.buttons.fieldsOf(sources[source] ?? source),
    page(index + 1),
  ]);
  addRows(keyboard, fields);
  keyboard.row();
  const pages: [string, string][] = [
    [settings.buttons.quiet, page(settingsPages.quiet)],
    [settings.buttons.escalation, page(settingsPages.escalation)],
    [settings.buttons.routes, encode({ kind: 'routes-page', id: 0 })],
    ...ruleKinds.map((kind, id): [string, string] => [
      severityRules.buttons.kinds[kind],
      encode({ kind: 'rules-page', id, page: 0 }),
    ]),
    [settings.buttons.digest, page(settingsPages.digest)],
    [settings.buttons.dates, page(settingsPages.dates)],
  ];
  addRows(keyboard, pages);
}

/** Of three in a row a phone shows half of the words. */
function addRows(keyboard: InlineKeyboard, buttons: readonly (readonly [string, string])[], inRow = 2): void {
  buttons.forEach(([text, data], index) => {
    if (index > 0 && index % inRow === 0) keyboard.row();
    keyboard.text(text, data);
  });
}

function addChoices(keyboard: InlineKeyboard, isOffered: (choice: SettingChoice) => boolean, texts: Texts): void {
  const offered = [...settingChoices.entries()].filter(([, choice]) => isOffered(choice));
  addRows(
    keyboard,
    offered.map(([id, choice]) => [choiceName(choice, texts), encode({ kind: 'choose-setting', id })]),
    offered.some(([, { about }]) => about === 'escalation') ? 1 : 2,
  );
  keyboard.row().text(texts.settings.buttons.back, encode({ kind: 'settings-page', id: 0 }));
}

function isOther({ severity, steps }: Extract<SettingChoice, { about: 'escalation' }>, policy: Policy): boolean {
  return !isDeepStrictEqual(policy[severity], steps);
}

function choiceName(choice: SettingChoice, { settings: { buttons }, severityButtons }: Texts): string {
  if (choice.about === 'digest') return choice.at === null ? buttons.noDigest : timeOfDay(choice.at);
  if (choice.about === 'dates') return nameOf(choice.language);
  if (choice.about === 'escalation') {
    const name = `${severityMark(choice.severity)} ${severityButtons[choice.severity]}`;
    return choice.steps.length > 0 ? buttons.usualReminders(name) : buttons.noReminders(name);
  }
  if (choice.set === 'hours') return choice.hours ? quietHoursText(choice.hours) : buttons.noQuietHours;
  return choice.minutes > 0 ? buttons.mute(span(choice.minutes * 60_000)) : buttons.unmute;
}

function addFields(
  keyboard: InlineKeyboard,
  source: (typeof sourceNames)[number],
  cards: CardSettings,
  words: Texts['settings'],
): void {
  const page = sourceNames.indexOf(source) + 1;
  const switches = cardFields.map((field): [string, string] => {
    const which: CardSwitch = { kind: 'field', source, field };
    return [words.buttons.field(words.fields[field], isOn(cards, which)), switchData(which, cards, page)];
  });
  addRows(keyboard, switches);
  keyboard.row().text(words.buttons.back, encode({ kind: 'settings-page', id: 0 }));
}

function switchData(which: CardSwitch, cards: CardSettings, page: number): string {
  const id = cardSwitches.findIndex((one) => JSON.stringify(one) === JSON.stringify(which));
  return encode({ kind: 'switch-setting', id, page, change: isOn(cards, which) ? 'unset' : 'set' });
}
