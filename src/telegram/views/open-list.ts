import { InlineKeyboard } from 'grammy';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { severities } from '../../sources/severity.ts';
import { encode } from '../callback-data.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, clip, type Html, html, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { severityMark, span } from './words.ts';

/** The open incidences that match the filters, worst first, with a button each that shows the card. */
export function openList(
  incidences: readonly IncidenceView[],
  count: Readonly<{ matching: number; all: number; unprocessed: number }>,
  filters: readonly string[],
  now: Date,
  texts: Texts,
): Screen {
  const words = texts.openList;
  const keyboard = new InlineKeyboard();
  const title = words.title(clip(filters.join(' '), 100));
  const unprocessed = count.unprocessed > 0 && words.unprocessed(count.unprocessed);
  if (incidences.length === 0) {
    // What is not processed yet may be a customer who waits: no all-clear.
    const none = count.all === 0 ? !unprocessed && words.allClear : words.noMatch(title, count.all);
    return { text: blocks([none, unprocessed]), keyboard };
  }
  incidences.forEach((incidence, index) => {
    if (index > 0 && index % 5 === 0) keyboard.row();
    keyboard.text(`#${incidence.id}`, encode({ kind: 'show', id: incidence.id }));
  });
  const rest = count.matching - incidences.length;
  return {
    text: blocks([
      words.heading(title, count.matching),
      lines(incidences.map((incidence) => line(incidence, now, words))),
      rest > 0 && words.more(rest, words.narrow(narrower(filters))),
      unprocessed,
    ]),
    keyboard,
  };
}

/** Commands that give a shorter list than this one. */
function narrower(filters: readonly string[]): string[] {
  const given = filters.map((word) => word.toLowerCase());
  const has = (words: readonly string[]) => words.some((word) => given.includes(word));
  const more = [...(has(severities) ? [] : ['critical']), ...(has(['mine', 'unacked']) ? [] : ['unacked', 'mine'])];
  return more.map((word) => ['/open', ...given, word].join(' '));
}

function line(incidence: IncidenceView, now: Date, words: Texts['openList']): Html {
  const who = incidence.customerName ?? incidence.customerEmail ?? words.conversation(incidence.externalId);
  const about = incidence.title ?? incidence.reason ?? incidence.message ?? '';
  const waits = span(now.getTime() - (incidence.openSince ?? incidence.openedAt).getTime());
  const owner = incidence.acknowledgedByName ? ` · ${incidence.acknowledgedByName}` : '';
  return html`${severityMark(incidence.severity)} <b>#${incidence.id}</b> ${clip(who, 30)} · ${clip(about.replaceAll(/\s+/g, ' '), 40)} · ${waits}${owner}`;
}
