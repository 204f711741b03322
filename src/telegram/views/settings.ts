import { InlineKeyboard } from 'grammy';
import { type CardSettings, cardFields, type CardSwitch, cardSwitches, isOn } from '../../settings/card-settings.ts';
import type { PastChange } from '../../settings/setting-store.ts';
import { sourceNames } from '../../sources/source-event.ts';
import { encode } from '../callback-data.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, clip, type Html, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { instant } from './words.ts';

/** What the screen of the settings shows. */
export type SettingsFacts = Readonly<{
  cards: CardSettings;
  routes: number;
  /** Of the chat it is shown in. */
  quiet: string;
  /** Who sees answers in the group it is shown in; undefined in private. */
  isForAsker: boolean | undefined;
  changes: readonly PastChange[];
}>;

/** What just happened, with the number of the change for its `Undo`. */
type Above = Readonly<{ change: string; changeId: number }>;

/** `page`: 0 is the overview, the others are the fields of a source. */
export function settingsScreen(facts: SettingsFacts, page: number, locale: Locale, above?: Above): Screen {
  const { texts } = locale;
  const keyboard = new InlineKeyboard();
  if (above) keyboard.text(texts.routes.undo, encode({ kind: 'undo-setting', id: above.changeId })).row();
  const told = above && texts.settings.changed(clip(above.change, 200));
  const source = sourceNames[page - 1];
  if (source) {
    addFields(keyboard, source, facts.cards, texts.settings);
    return { text: blocks([told, texts.settings.fieldsTitle(texts.sources[source] ?? source)]), keyboard };
  }
  addOverview(keyboard, facts, texts);
  return { text: blocks([told, ...overview(facts, locale)]), keyboard };
}

function overview(
  { cards, routes, quiet, changes, isForAsker }: SettingsFacts,
  { texts, zone }: Locale,
): (Html | false)[] {
  const words = texts.settings;
  return [
    words.title,
    lines([
      words.contacts(!cards.areContactsHidden),
      words.hiddenFields(hiddenFields(cards, texts)),
      words.routes(routes),
      words.quiet(quiet),
      isForAsker !== undefined && words.answers(isForAsker),
      words.words,
      words.environment(zone),
    ]),
    changes.length > 0 &&
      lines([
        words.changes,
        ...changes.map(({ at, change, by }) => words.change(instant(at, zone), clip(change, 150), by)),
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
  { settings, sources }: Texts,
): void {
  const contacts: CardSwitch = { kind: 'contacts' };
  keyboard.text(settings.buttons.contacts(isOn(cards, contacts)), switchData(contacts, cards, 0)).row();
  if (isForAsker !== undefined) {
    const kind = isForAsker ? 'answer-everyone' : 'answer-asker';
    keyboard.text(settings.buttons.answers(isForAsker), encode({ kind, id: 0 })).row();
  }
  for (const [index, source] of sourceNames.entries()) {
    const page = encode({ kind: 'settings-page', id: index + 1 });
    keyboard.text(settings.buttons.fieldsOf(sources[source] ?? source), page);
  }
}

function addFields(
  keyboard: InlineKeyboard,
  source: (typeof sourceNames)[number],
  cards: CardSettings,
  words: Texts['settings'],
): void {
  cardFields.forEach((field, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    const which: CardSwitch = { kind: 'field', source, field };
    const name = words.buttons.field(words.fields[field], isOn(cards, which));
    keyboard.text(name, switchData(which, cards, sourceNames.indexOf(source) + 1));
  });
  keyboard.row().text(words.buttons.back, encode({ kind: 'settings-page', id: 0 }));
}

function switchData(which: CardSwitch, cards: CardSettings, page: number): string {
  const id = cardSwitches.findIndex((one) => JSON.stringify(one) === JSON.stringify(which));
  return encode({ kind: 'switch-setting', id, page, change: isOn(cards, which) ? 'unset' : 'set' });
}
