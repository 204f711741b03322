import type { Period } from '../../stats/period.ts';
import type { SeverityStats } from '../../stats/stats-store.ts';
import { blocks, type Html, html, lines } from './html.ts';
import { severityMark, span } from './words.ts';

/** The numbers of a period on one phone screen: the whole team's first, then by severity. */
export function statsText(stats: readonly SeverityStats[], period: Period): Html {
  const all = stats.find((row) => row.severity === 'all');
  const title = html`📊 <b>Stats for ${period.name}</b>`;
  const isEmpty = !all || (all.opened === 0 && all.openNow === 0 && all.acknowledged === 0 && all.closed === 0);
  if (isEmpty) return blocks([title, html`Nothing happened, and nothing is open.`]);
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
    lines([html`<b>By severity</b>`, ...stats.filter((row) => row.severity !== 'all').map(severityLine)]),
  ]);
}

function severityLine(row: SeverityStats): Html {
  const mark = row.severity === 'all' ? '' : severityMark(row.severity);
  return lines([
    html`${mark} ${row.severity}: ${row.opened} opened, ${row.closed} closed, ${row.openNow} open`,
    row.medianToAcknowledge !== null &&
      html`      ack ${duration(row.medianToAcknowledge)}, close ${duration(row.medianToClose)}`,
  ]);
}

function duration(seconds: number | null): string {
  return seconds === null ? '–' : span(seconds * 1000);
}
