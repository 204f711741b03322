import { InlineKeyboard } from 'grammy';
import { severities } from '../../sources/severity.ts';
import { sourceNames } from '../../sources/source-event.ts';
import type { Storm, StormSummary } from '../../storms/storm-store.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, html, isolated, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { severityMark } from './words.ts';

/** How many `Show next` brings. */
export const shownAtOnce = 5;

/** Many new incidences in one message: counts, the newest, a button to show more and one to acknowledge them all. */
export function stormCard(storm: Storm, summary: StormSummary, texts: Texts): Screen {
  const words = texts.storm;
  if (storm.endedAt) {
    return { text: lines([words.over, words.overHint(storm.folded)]), keyboard: new InlineKeyboard() };
  }
  const total = sum(summary.counts);
  return {
    text: blocks([
      words.heading(total),
      lines([severityCounts(summary, texts), words.sources(sourceCounts(summary, texts))]),
      summary.newest.length > 0 && lines([words.newest, ...summary.newest.map((one) => newestLine(one, words))]),
      words.hint,
    ]),
    keyboard: new InlineKeyboard()
      .text(words.showNext(shownAtOnce), encode({ kind: 'show-next', id: storm.id }))
      .text(words.acknowledgeAll, encode({ kind: 'acknowledge-all', id: storm.id })),
  };
}

function severityCounts({ counts }: StormSummary, texts: Texts): Html {
  const parts = severities.toReversed().flatMap((severity) => {
    const count = sum(counts.filter((row) => row.severity === severity));
    return count > 0 ? [`${severityMark(severity)} ${count} ${texts.severities[severity]}`] : [];
  });
  return html`${parts.join(' · ')}`;
}

function sourceCounts({ counts }: StormSummary, texts: Texts): string {
  const parts = sourceNames.flatMap((source) => {
    const count = sum(counts.filter((row) => row.source === source));
    return count > 0 ? [`${texts.sources[source] ?? source} ${count}`] : [];
  });
  return parts.join(' · ');
}

function newestLine(incidence: StormSummary['newest'][number], words: Texts['storm']): Html {
  const about = incidence.reason ?? incidence.message ?? '';
  const who = incidence.customerName ?? words.someone;
  return html`${severityMark(incidence.severity)} <b>#${incidence.id}</b> ${isolated(clip(who, 25))} · ${isolated(clip(about.replaceAll(/\s+/g, ' '), 40))}`;
}

function sum(rows: StormSummary['counts']): number {
  return rows.reduce((total, row) => total + row.count, 0);
}
