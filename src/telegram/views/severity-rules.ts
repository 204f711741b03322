import type { PastChange } from '../../settings/setting-store.ts';
import { ruleId, type RuleKind, ruleKinds } from '../../settings/severity-settings.ts';
import { severities, type Severity } from '../../sources/severity.ts';
import type { Judged, SeverityRules } from '../../sources/severity-rules.ts';
import { InlineKeyboard } from 'grammy';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Locale } from '../locale.ts';
import type { Screen } from './incidence-card.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, html, isolated, lines } from './html.ts';
import { dayAndTime, severityMark } from './words.ts';

export function severityRulesList(
  kind: RuleKind,
  rules: SeverityRules,
  changes: readonly PastChange[],
  locale: Locale,
): Html {
  const { texts } = locale;
  const text = texts.severityRules;
  const command = `severity-${kind}`;
  const entries = Object.entries(rules[kind]);
  const listed = severities.toReversed().map((severity) => {
    const names = entries.filter(([, of]) => of === severity).map(([name]) => name);
    const shown = names.length > 0 ? clip(names.toSorted().join(', '), 600) : text.none;
    return text.line(severityMark(severity), texts.severities[severity], shown);
  });
  return blocks([
    lines([text.title[kind], ...listed]),
    lines([text.order, kind === 'words' && text.builtIn]),
    lines([text.howTo(command, text.example[kind]), kind === 'words' && text.howToTest]),
    changes.length > 0 &&
      lines([
        text.changes,
        ...changes.map(({ at, change, by }) => text.change(dayAndTime(at, locale), clip(change, 150), isolated(by))),
      ]),
  ]);
}

const perPage = 10;

/** A rule of one kind, as it is now. */
export type Rule = Readonly<{ kind: RuleKind; name: string; severity: Severity }>;

/** The worst first, of those by name. */
export function rulesOf(kind: RuleKind, rules: SeverityRules): Rule[] {
  return severities.toReversed().flatMap((severity) =>
    Object.entries(rules[kind])
      .filter(([, of]) => of === severity)
      .map(([name]) => ({ kind, name, severity }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
  );
}

/** All rules of one kind, a page at a time, with a button each. `above`: what just happened. */
export function rulesPage(
  kind: RuleKind,
  rules: SeverityRules,
  wanted: number,
  { severityRules: text, settings, routes }: Texts,
  above?: Readonly<{ text: Html; changeId: number }>,
): Screen {
  const keyboard = new InlineKeyboard();
  if (above) keyboard.text(routes.undo, encode({ kind: 'undo-setting', id: above.changeId })).row();
  const all = rulesOf(kind, rules);
  const pages = Math.max(Math.ceil(all.length / perPage), 1);
  const page = Math.min(wanted, pages - 1);
  const id = ruleKinds.indexOf(kind);
  all.slice(page * perPage, (page + 1) * perPage).forEach((rule, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    const name = `${severityMark(rule.severity)} ${clip(rule.name, 30)}`;
    keyboard.text(name, encode({ kind: 'show-rule', id: ruleId(rule), page }));
  });
  keyboard.row();
  if (page > 0) keyboard.text('‹', encode({ kind: 'rules-page', id, page: page - 1 }));
  if (page < pages - 1) keyboard.text('›', encode({ kind: 'rules-page', id, page: page + 1 }));
  keyboard.row().text(text.buttons.add, encode({ kind: 'add-rule', id }));
  keyboard.text(settings.buttons.back, encode({ kind: 'settings-page', id: 0 }));
  return {
    text: blocks([
      above?.text,
      lines([html`⚙️ ${text.title[kind]}`, all.length > 0 ? text.listed(all.length) : text.empty]),
      lines([text.order, kind === 'words' && text.builtIn]),
    ]),
    keyboard,
  };
}

/** One rule, with the severities it could have instead. */
export function rulePage(
  rule: Rule,
  page: number,
  { severityRules: text, severityButtons, severities: named, settings }: Texts,
): Screen {
  const keyboard = new InlineKeyboard();
  const id = ruleId(rule);
  for (const severity of severities.toReversed().filter((one) => one !== rule.severity)) {
    keyboard.text(
      `${severityMark(severity)} ${severityButtons[severity]}`,
      encode({ kind: 'set-rule', id, page, severity }),
    );
  }
  keyboard.row().text(text.buttons.remove, encode({ kind: 'set-rule', id, page, severity: undefined }));
  keyboard.text(settings.buttons.back, encode({ kind: 'rules-page', id: ruleKinds.indexOf(rule.kind), page }));
  const now = text.line(severityMark(rule.severity), named[rule.severity], rule.name);
  return { text: lines([html`⚙️ ${text.title[rule.kind]}`, now]), keyboard };
}

/** What a change made, and what was before. */
export function ruleChanged(
  { name, severity, before }: Readonly<{ name: string; severity: Severity | undefined; before: Severity | undefined }>,
  { severityRules: text, severities: named }: Texts,
): Html {
  const shown = (one: Severity) => `${severityMark(one)} ${named[one]}`;
  const was = before && shown(before);
  return severity ? text.added(name, shown(severity), was) : text.removed(name, was);
}

export function severityTested(
  { severity, by, matched }: Judged,
  { severities: names, severityRules: text }: Texts,
): Html {
  const because =
    by === 'word'
      ? text.because.word(matched.map((word) => `“${word}”`).join(', '))
      : text.because[by === 'built-in' ? 'built-in' : 'nothing']();
  return html`${text.tested(severityMark(severity), names[severity], because)}`;
}
