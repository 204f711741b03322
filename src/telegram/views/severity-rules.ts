import type { PastChange } from '../../settings/setting-store.ts';
import type { RuleKind } from '../../settings/severity-settings.ts';
import { severities } from '../../sources/severity.ts';
import type { Judged, SeverityRules } from '../../sources/severity-rules.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, clip, type Html, html, lines } from './html.ts';
import { instant, severityMark } from './words.ts';

export function severityRulesList(
  kind: RuleKind,
  rules: SeverityRules,
  changes: readonly PastChange[],
  { texts, zone }: Locale,
): Html {
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
        ...changes.map(({ at, change, by }) => text.change(instant(at, zone), clip(change, 150), by)),
      ]),
  ]);
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
