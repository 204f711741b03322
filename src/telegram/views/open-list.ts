import { InlineKeyboard } from 'grammy';
import type { IncidenceView } from '../../incidences/incidence-store.ts';
import { encode } from '../callback-data.ts';
import { blocks, clip, type Html, html, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { severityMark, span } from './words.ts';

/** The open incidences, worst first; a button each brings the card. */
export function openList(
  incidences: readonly IncidenceView[],
  total: number,
  filterName: string | undefined,
  now: Date,
): Screen {
  const keyboard = new InlineKeyboard();
  const title = filterName ? `Open, ${filterName}` : 'Open';
  if (incidences.length === 0) {
    return { text: html`✅ <b>${title}:</b> nothing. Everyone has been looked after.`, keyboard };
  }
  incidences.forEach((incidence, index) => {
    if (index > 0 && index % 5 === 0) keyboard.row();
    keyboard.text(`#${incidence.id}`, encode({ kind: 'show', id: incidence.id }));
  });
  const rest = total - incidences.length;
  return {
    text: blocks([
      html`📂 <b>${title}: ${total}</b>`,
      lines(incidences.map((incidence) => line(incidence, now))),
      rest > 0 && html`… and ${rest} more. Narrow it: /open critical, /open unacked, /open mine`,
    ]),
    keyboard,
  };
}

function line(incidence: IncidenceView, now: Date): Html {
  const who = incidence.customerName ?? incidence.customerEmail ?? `conversation ${incidence.externalId}`;
  const about = incidence.title ?? incidence.reason ?? incidence.message ?? '';
  const waits = span(now.getTime() - incidence.openedAt.getTime());
  const owner = incidence.acknowledgedByName ? ` · ${incidence.acknowledgedByName}` : '';
  return html`${severityMark(incidence.severity)} <b>#${incidence.id}</b> ${clip(who, 30)} · ${clip(about.replaceAll(/\s+/g, ' '), 40)} · ${waits}${owner}`;
}
