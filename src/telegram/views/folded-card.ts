import { longestNote } from '../../incidences/incidence.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { clip } from '../../transcripts/clip.ts';
import type { Locale } from '../locale.ts';
import { missedSentence } from './chat-summary.ts';
import { type Html, html, isolated, lines } from './html.ts';
import { instant, span } from './words.ts';

/** A closed incidence in four lines: what it was, who, how it ended, and its number with the state. */
export function foldedCard(incidence: IncidenceView, headline: string, state: Html, locale: Locale): Html {
  const about = incidence.reason ?? incidence.title;
  return lines([
    html`<b>${headline}</b>${about ? html` · ${isolated(clip(about, 100))}` : ''}`,
    html`${who(incidence, locale).join(' · ')}`,
    lines(howItEnded(incidence, locale), ' · '),
    state,
  ]);
}

function who(
  { kind, externalId, customerName, customerEmail, customerPhone }: IncidenceView,
  { texts: { card } }: Locale,
): string[] {
  const named = [customerName, customerEmail ?? customerPhone].flatMap((value) =>
    value ? [isolated(clip(value, 100))] : [],
  );
  const number = kind === 'conversation' ? [`#${externalId}`] : [];
  return named.length + number.length > 0 ? [...named, ...number] : [card.fields.customer];
}

function howItEnded(incidence: IncidenceView, { zone, texts }: Locale): Html[] {
  const { card } = texts;
  const { fields } = card;
  const { openedAt, closedAt, firstHumanReplyAt, missedAt, failedReply, replyStatus, note, tags, deskPausedUntil } =
    incidence;
  const said = [
    html`${card.openFor(span((closedAt ?? openedAt).getTime() - openedAt.getTime()))}`,
    missedAt !== null && html`${missedSentence(incidence, texts)}`,
    firstHumanReplyAt !== null && html`${card.wasAnswered}`,
    replyStatus !== null &&
      html`<b>${fields.reply}:</b> ${card.replyState(card.replyStates[replyStatus], isolated(incidence.replyByName))}`,
    failedReply !== null && html`<b>${fields.notDelivered}:</b> ${oneLine(failedReply, 100)}`,
    note !== null && html`<b>${fields.note}:</b> ${oneLine(note, longestNote)}`,
    tags.length > 0 && html`<b>${fields.tags}:</b> ${isolated(clip(tags.join(', '), 200))}`,
    deskPausedUntil !== null && html`${card.deskPaused(instant(deskPausedUntil, zone))}`,
  ];
  return said.filter((one): one is Html => one !== false);
}

function oneLine(text: string, max: number): string {
  return isolated(clip(text.replaceAll(/\s+/g, ' '), max));
}
