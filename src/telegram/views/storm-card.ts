import { InlineKeyboard } from 'grammy';
import { severities } from '../../sources/severity.ts';
import { sourceNames } from '../../sources/source-event.ts';
import type { Storm, StormSummary } from '../../storms/storm-store.ts';
import { encode } from '../callback-data.ts';
import { blocks, clip, type Html, html, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { severityMark } from './words.ts';

/** Many new incidences in one message: how many of what, the newest, and two ways on. */
export function stormCard(storm: Storm, summary: StormSummary): Screen {
  if (storm.endedAt) {
    const text = lines([
      html`🌤️ <b>The storm is over</b>`,
      html`${storm.folded} ${storm.folded === 1 ? 'was' : 'were'} folded here; those still open follow singly or stand in /open.`,
    ]);
    return { text, keyboard: new InlineKeyboard() };
  }
  const total = sum(summary.counts);
  return {
    text: blocks([
      html`🌪️ <b>STORM · ${total} more open than fit here</b>`,
      lines([severityCounts(summary), sourceCounts(summary)]),
      summary.newest.length > 0 && lines([html`<b>Newest</b>`, ...summary.newest.map(newestLine)]),
      html`Critical ones still come singly. All are in /open.`,
    ]),
    keyboard: new InlineKeyboard()
      .text('Show next 5', encode({ kind: 'show-next', id: storm.id }))
      .text('Acknowledge all mine', encode({ kind: 'acknowledge-all', id: storm.id })),
  };
}

function severityCounts({ counts }: StormSummary): Html {
  const parts = severities.toReversed().flatMap((severity) => {
    const count = sum(counts.filter((row) => row.severity === severity));
    return count > 0 ? [`${severityMark(severity)} ${count} ${severity}`] : [];
  });
  return html`${parts.join(' · ')}`;
}

function sourceCounts({ counts }: StormSummary): Html {
  const parts = sourceNames.flatMap((source) => {
    const count = sum(counts.filter((row) => row.source === source));
    return count > 0 ? [`${source} ${count}`] : [];
  });
  return html`Sources: ${parts.join(' · ')}`;
}

function newestLine(incidence: StormSummary['newest'][number]): Html {
  const about = incidence.reason ?? incidence.message ?? '';
  const who = incidence.customerName ?? 'someone';
  return html`${severityMark(incidence.severity)} <b>#${incidence.id}</b> ${clip(who, 25)} · ${clip(about.replaceAll(/\s+/g, ' '), 40)}`;
}

function sum(rows: StormSummary['counts']): number {
  return rows.reduce((total, row) => total + row.count, 0);
}
