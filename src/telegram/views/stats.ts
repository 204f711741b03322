import { severities } from '../../sources/severity.ts';
import type { Period } from '../../stats/period.ts';
import type { Grouping, GroupStats, Stats } from '../../stats/stats-store.ts';
import { blocks, clip, type Html, html, lines } from './html.ts';
import { severityMark, span } from './words.ts';

const mostGroups = 14;

/** The numbers of a period on one phone screen: the whole team's first, then told apart. */
export function statsText(all: Stats, groups: readonly GroupStats[], grouping: Grouping, period: Period): Html {
  const title = html`📊 <b>Stats for ${period.name}</b>`;
  const isEmpty = all.opened === 0 && all.openNow === 0 && all.acknowledged === 0 && all.closed === 0;
  if (isEmpty) return blocks([title, html`Nothing happened, and nothing is open.`]);
  const rest = groups.length - mostGroups;
  return blocks([
    title,
    lines([
      html`Opened: <b>${all.opened}</b>`,
      html`Acknowledged: <b>${all.acknowledged}</b>`,
      html`Closed: <b>${all.closed}</b>`,
      html`Open now: <b>${all.openNow}</b>`,
    ]),
    lines([
      html`Median time to acknowledge: <b>${duration(all.medianToAcknowledge)}</b>`,
      html`Median time to close: <b>${duration(all.medianToClose)}</b>`,
    ]),
    lines([
      html`<b>By ${grouping}</b>${hasMedians(groups) ? ' (median times in brackets)' : ''}`,
      ...inOrder(groups, grouping)
        .slice(0, mostGroups)
        .map((group) => groupLine(group, grouping)),
      rest > 0 && html`… and ${rest} more`,
    ]),
  ]);
}

/** `critical: 3 opened, 2 acknowledged (40 s), 1 closed (5 min), 2 open`; what is 0 is left out. */
function groupLine(group: GroupStats, grouping: Grouping): Html {
  const parts = [
    part(group.opened, 'opened'),
    part(group.acknowledged, 'acknowledged', group.medianToAcknowledge),
    part(group.closed, 'closed', group.medianToClose),
    part(group.openNow, 'open'),
  ];
  return html`<b>${label(group.name, grouping)}</b>: ${parts.filter(Boolean).join(', ')}`;
}

function hasMedians(groups: readonly GroupStats[]): boolean {
  return groups.some((group) => group.medianToAcknowledge !== null || group.medianToClose !== null);
}

function part(count: number, word: string, median: number | null = null): string {
  if (count === 0) return '';
  return `${count} ${word}${median === null ? '' : ` (${duration(median)})`}`;
}

function label(name: string | null, grouping: Grouping): string {
  switch (grouping) {
    case 'severity': {
      const severity = severities.find((known) => known === name);
      return severity ? `${severityMark(severity)} ${severity}` : '';
    }
    case 'source':
      return name ?? '';
    case 'agent':
      return clip(name ?? 'no agent', 40);
    case 'tag':
      return name ?? 'no tag';
    case 'screen':
      return clip(name ?? 'unknown', 40);
  }
}

/** Severities keep theirs, worst first. */
function inOrder(groups: readonly GroupStats[], grouping: Grouping): readonly GroupStats[] {
  if (grouping !== 'severity') return groups;
  return severities.toReversed().flatMap((severity) => groups.filter(({ name }) => name === severity));
}

function duration(seconds: number | null): string {
  return seconds === null ? '–' : span(seconds * 1000);
}
