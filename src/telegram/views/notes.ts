import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { clip, type Html, html, lines } from './html.ts';
import type { Locale } from './incidence-card.ts';
import { instant, severityMark } from './words.ts';

/** An edit of a card is silent: what got worse is also said aloud. */
export function severityNote(incidence: IncidenceView): Html {
  const mark = severityMark(incidence.severity);
  return lines([
    html`${mark} <b>#${incidence.id} is now ${incidence.severity.toUpperCase()}</b>${incidence.reason ? html` · ${clip(incidence.reason, 100)}` : ''}`,
    message(incidence),
  ]);
}

export function reopenedNote(incidence: IncidenceView): Html {
  return lines([html`🔁 <b>#${incidence.id} is open again</b>`, message(incidence)]);
}

function message(incidence: IncidenceView): Html | undefined {
  return incidence.message ? html`<blockquote>${clip(incidence.message, 200)}</blockquote>` : undefined;
}

export function driftNote(drift: { source: string; reason: string; eventId: number; count: number }): Html {
  const times = drift.count > 1 ? `${drift.count} events` : 'An event';
  return lines([
    html`⚠️ <b>${times} from ${drift.source} could not be understood</b>`,
    html`Reason: ${clip(drift.reason, 200)}`,
    html`Kept as inbound event ${drift.eventId}; nothing is lost. Look at what ${drift.source} sends, or report it to whoever maintains Bellhop.`,
  ]);
}

export function testMessage(now: Date, locale: Locale): Html {
  return lines([
    html`✅ <b>Test alert</b>`,
    html`Bellhop reaches this chat. Alerts will appear here.`,
    html`<b>Time:</b> ${instant(now, locale.zone)}`,
  ]);
}

export function deadNote(reason: string, dead: number): Html {
  return lines([
    html`⚠️ <b>A message could not be delivered and is given up</b>`,
    html`Reason: ${clip(reason, 300)}`,
    html`${dead} in all. /failed shows them and sends them again.`,
  ]);
}

export function lostNote(lane: string, reason: string): Html {
  return lines([
    html`🆘 <b>The team's chat takes no messages from me</b>`,
    html`Chat: <code>${lane.replace('telegram:', '')}</code>`,
    html`Telegram says: ${clip(reason, 300)}`,
    html`Until that is mended new alerts come to you. I try the chat again every half minute.`,
  ]);
}
