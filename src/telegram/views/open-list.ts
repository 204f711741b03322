import { InlineKeyboard } from 'grammy';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { severities } from '../../sources/severity.ts';
import { encode } from '../callback-data.ts';
import { blocks, clip, type Html, html, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { severityMark, span } from './words.ts';

/** The open incidences that match what was asked for, worst first; a button each brings the card. */
export function openList(
  incidences: readonly IncidenceView[],
  count: Readonly<{ matching: number; all: number }>,
  filters: readonly string[],
  now: Date,
): Screen {
  const keyboard = new InlineKeyboard();
  const title = filters.length > 0 ? `Open, ${clip(filters.join(' '), 100)}` : 'Open';
  if (incidences.length === 0) return { text: nothing(title, count.all), keyboard };
  incidences.forEach((incidence, index) => {
    if (index > 0 && index % 5 === 0) keyboard.row();
    keyboard.text(`#${incidence.id}`, encode({ kind: 'show', id: incidence.id }));
  });
  const rest = count.matching - incidences.length;
  return {
    text: blocks([
      html`📂 <b>${title}: ${count.matching}</b>`,
      lines(incidences.map((incidence) => line(incidence, now))),
      rest > 0 && html`… and ${rest} more. ${narrower(filters)}`,
    ]),
    keyboard,
  };
}

/** A filter that matches nothing is no all-clear. */
function nothing(title: string, openInAll: number): Html {
  if (openInAll === 0) return html`✅ All caught up: nothing is open.`;
  return html`📂 <b>${title}:</b> no matches. ${openInAll} open in total: /open`;
}

/** Ways to a shorter list than this one. */
function narrower(filters: readonly string[]): string {
  const said = filters.map((word) => word.toLowerCase());
  const says = (words: readonly string[]) => words.some((word) => said.includes(word));
  const isTaken = says(['mine', 'unacked']);
  const more = [...(says(severities) ? [] : ['critical']), ...(isTaken ? [] : ['unacked', 'mine'])];
  if (more.length === 0) return 'Narrow it down with a source or a tag.';
  return `Narrow it down: ${more.map((word) => ['/open', ...said, word].join(' ')).join(', ')}`;
}

function line(incidence: IncidenceView, now: Date): Html {
  const who = incidence.customerName ?? incidence.customerEmail ?? `conversation ${incidence.externalId}`;
  const about = incidence.title ?? incidence.reason ?? incidence.message ?? '';
  const waits = span(now.getTime() - incidence.openedAt.getTime());
  const owner = incidence.acknowledgedByName ? ` · ${incidence.acknowledgedByName}` : '';
  return html`${severityMark(incidence.severity)} <b>#${incidence.id}</b> ${clip(who, 30)} · ${clip(about.replaceAll(/\s+/g, ' '), 40)} · ${waits}${owner}`;
}
