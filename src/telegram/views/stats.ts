import { severities } from '../../sources/severity.ts';
import type { Period } from '../../stats/period.ts';
import type { Grouping, GroupStats, Stats } from '../../stats/stats-store.ts';
import { blocks, clip, type Html, html, lines } from './html.ts';
import type { Texts } from '../texts/texts.ts';
import { severityMark, span } from './words.ts';

const maxGroups = 14;

/** The numbers of a period on one phone screen: the whole team's first, then by group. */
export function statsText(
  all: Stats,
  groups: readonly GroupStats[],
  grouping: Grouping,
  period: Period,
  texts: Texts,
): Html {
  const { stats } = texts;
  const title = stats.title(period.name);
  const isEmpty =
    all.opened === 0 && all.openNow === 0 && all.acknowledged === 0 && all.closed === 0 && all.missed === 0;
  if (isEmpty) return blocks([title, stats.empty]);
  const rest = groups.length - maxGroups;
  return blocks([
    title,
    lines([
      stats.opened(all.opened),
      stats.acknowledged(all.acknowledged),
      stats.closed(all.closed),
      stats.openNow(all.openNow),
      all.missed > 0 && stats.missed(all.missed),
    ]),
    lines([
      stats.medianToAcknowledge(duration(all.medianToAcknowledge)),
      stats.medianToClose(duration(all.medianToClose)),
    ]),
    lines([
      stats.by(grouping, hasMedians(groups)),
      ...inOrder(groups, grouping)
        .slice(0, maxGroups)
        .map((group) => groupLine(group, grouping, texts)),
      rest > 0 && stats.more(rest),
    ]),
  ]);
}

/** `critical: 3 opened, 2 acknowledged (40 s), 1 closed (5 min), 2 open`; zeros are left out. */
function groupLine(group: GroupStats, grouping: Grouping, texts: Texts): Html {
  const { stats } = texts;
  const parts = [
    group.opened > 0 && stats.groupOpened(group.opened),
    group.acknowledged > 0 && stats.groupAcknowledged(group.acknowledged) + inBrackets(group.medianToAcknowledge),
    group.closed > 0 && stats.groupClosed(group.closed) + inBrackets(group.medianToClose),
    group.openNow > 0 && stats.groupOpen(group.openNow),
    group.missed > 0 && stats.groupMissed(group.missed),
  ];
  return html`<b>${label(group.name, grouping, texts)}</b>: ${parts.filter(Boolean).join(', ')}`;
}

function hasMedians(groups: readonly GroupStats[]): boolean {
  return groups.some((group) => group.medianToAcknowledge !== null || group.medianToClose !== null);
}

function inBrackets(median: number | null): string {
  return median === null ? '' : ` (${duration(median)})`;
}

function label(name: string | null, grouping: Grouping, texts: Texts): string {
  const { stats } = texts;
  switch (grouping) {
    case 'severity': {
      const severity = severities.find((known) => known === name);
      return severity ? `${severityMark(severity)} ${texts.severities[severity]}` : '';
    }
    case 'source':
      return name ?? '';
    case 'agent':
      return clip(name ?? stats.noAgent, 40);
    case 'tag':
      return name ?? stats.noTag;
    case 'screen':
      return clip(name ?? stats.unknown, 40);
  }
}

/** Severities are listed worst first, other groups in the order given. */
function inOrder(groups: readonly GroupStats[], grouping: Grouping): readonly GroupStats[] {
  if (grouping !== 'severity') return groups;
  return severities.toReversed().flatMap((severity) => groups.filter(({ name }) => name === severity));
}

function duration(seconds: number | null): string {
  return seconds === null ? '–' : span(seconds * 1000);
}
