import { DateTime } from 'luxon';
import { chatIdOf } from '../../routes/lane.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { clip } from '../../transcripts/clip.ts';
import { missedSentence } from './chat-summary.ts';
import { type Html, html, isolated, lines } from './html.ts';
import { mention } from './mention.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { instant, severityMark } from './words.ts';

/** Edits of cards make no sound, so a higher severity is also posted. */
export function severityNote(incidence: IncidenceView, { notes, severities }: Texts): Html {
  const { id, severity, reason } = incidence;
  const heading = notes.severity(severityMark(severity), id, severities[severity]);
  return lines([html`${heading}${reason ? html` · ${clip(reason, 100)}` : ''}`, message(incidence)]);
}

export function reopenedNote(incidence: IncidenceView, { notes }: Texts): Html {
  return lines([notes.reopened(incidence.id), message(incidence)]);
}

/** `to`: whose it is now; `by`: who decided that. */
export function assignedNote(
  incidence: IncidenceView,
  to: Parameters<typeof mention>[0],
  by: string | undefined,
  { notes }: Texts,
): Html {
  return lines([notes.assigned(incidence.id, by && isolated(by)), mention(to)]);
}

/** `by`: who snoozed it is told first. */
export function wokenNote(
  incidence: IncidenceView,
  by: Parameters<typeof mention>[0] | undefined,
  { notes }: Texts,
): Html {
  return lines([notes.woken(incidence.id), message(incidence), by && mention(by)]);
}

export function missedNote(incidence: IncidenceView, texts: Texts): Html {
  const { id, severity } = incidence;
  const heading = texts.notes.missed(severityMark(severity), id, missedSentence(incidence, texts));
  return lines([heading, message(incidence)]);
}

export function handoverNote(incidence: IncidenceView, { notes }: Texts): Html {
  return lines([notes.handedOver(incidence.id), message(incidence)]);
}

/** The team's words did not reach the customer: Chatwoot's reason says why. */
export function sendFailedNote(incidence: IncidenceView, { notes }: Texts): Html {
  const { id, failedReply } = incidence;
  return lines([notes.sendFailed(id), failedReply !== null && notes.deskSays(clip(failedReply, 300))]);
}

export function inboxNote(state: 'lost' | 'back', name: string, { notes }: Texts): Html {
  if (state === 'back') return notes.inboxBack(name);
  return lines([notes.inboxLost(name), notes.inboxLostHint]);
}

function message(incidence: IncidenceView): Html | undefined {
  return incidence.message ? html`<blockquote>${clip(incidence.message, 200)}</blockquote>` : undefined;
}

/** `since`: shown with its day where that is another one. */
export function reconciledNote(
  told: Readonly<{ conversations: number; chats: number; tickets: number; where?: string | undefined; since: Date }>,
  now: Date,
  { zone, texts: { notes } }: Locale,
): Html {
  const at = DateTime.fromJSDate(told.since, { zone });
  const isToday = at.hasSame(DateTime.fromJSDate(now, { zone }), 'day');
  const { where } = told;
  return notes.reconciled(
    told,
    where === undefined ? undefined : clip(where, 100),
    at.toFormat(isToday ? 'HH:mm' : 'yyyy-MM-dd HH:mm'),
  );
}

export function driftNote(
  { source, reason, eventId, count }: Readonly<{ source: string; reason: string; eventId: number; count: number }>,
  { notes, sources }: Texts,
): Html {
  const sourceName = sources[source] ?? source;
  return lines([
    notes.unrecognized(sourceName, count),
    notes.reason(clip(reason, 200)),
    notes.unrecognizedHint(sourceName, eventId),
  ]);
}

export function testMessage(now: Date, { zone, texts: { notes, card } }: Locale): Html {
  return lines([notes.test, notes.testHint, html`<b>${card.fields.time}:</b> ${instant(now, zone)}`]);
}

export function deadNote(reason: string, total: number, { notes }: Texts): Html {
  return lines([notes.deliveryFailed, notes.reason(clip(reason, 300)), notes.deliveriesFailed(total)]);
}

export function lostNote(lane: string, reason: string, { notes }: Texts): Html {
  const chatId = String(chatIdOf(lane));
  return lines([notes.chatLost, notes.chat(chatId), notes.telegramSays(clip(reason, 300)), notes.chatLostHint]);
}

export function refusedNote(
  { address, code, advice, count }: Readonly<{ address: string; code: string; advice: string; count: number }>,
  { notes }: Texts,
): Html {
  const reason = notes.reason(code.replaceAll('_', ' '));
  return lines([notes.refused(count), notes.address(address), reason, html`${clip(advice, 500)}`, notes.refusedHint]);
}

export function webhookLostNote(reason: string, advice: string, { notes }: Texts): Html {
  return lines([notes.webhookLost, notes.reason(clip(reason, 300)), html`${clip(advice, 500)}`]);
}
