import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { clip } from '../../transcripts/clip.ts';
import type { Texts } from '../texts/texts.ts';
import { type Html, html, isolated, lines } from './html.ts';
import { span } from './words.ts';

type Chat = Pick<IncidenceView, 'customerName' | 'missedAt' | 'transcript'>;

/** On the card of a finished chat: whether anybody answered, and its five lines. */
export function chatSummary(chat: Chat, texts: Texts): Html | undefined {
  const missed = chat.missedAt !== null && html`<b>🚪 ${missedSentence(chat, texts)}</b>`;
  const five = chat.transcript ? fiveLines(chat.transcript, chat.customerName, texts) : undefined;
  return missed || five ? lines([missed, five]) : undefined;
}

/** `Nobody answered Priya for 4 min; they left`. Without the wait for a single message, or once its time is not known any more. */
export function missedSentence({ customerName, transcript }: Chat, { card }: Texts): string {
  const seconds = transcript?.longestWaitSeconds;
  const who = customerName === null ? null : isolated(clip(customerName, 100));
  return card.missed(who, seconds ? span(seconds * 1000) : undefined);
}

function fiveLines(
  transcript: NonNullable<Chat['transcript']>,
  customerName: string | null,
  { card, transcript: words }: Texts,
): Html {
  const { fields } = card;
  const { messages, fromAgents, durationSeconds, answeredBy, longestWaitSeconds, lastWords } = transcript;
  const unnamed = fromAgents > 0 ? card.anAgent : card.nobody;
  const last = lastWords?.sender === 'agent' ? card.anAgent : (customerName ?? words.visitor);
  return lines([
    field(fields.transcript, card.transcript(messages, fromAgents)),
    durationSeconds !== null && field(fields.lasted, span(durationSeconds * 1000)),
    field(fields.answeredBy, answeredBy.length > 0 ? answeredBy.map((name) => isolated(name)).join(', ') : unnamed),
    longestWaitSeconds !== null && field(fields.longestWait, span(longestWaitSeconds * 1000)),
    lastWords !== null && field(fields.lastWords, `${isolated(clip(lastWords.name ?? last, 40))}: ${lastWords.text}`),
  ]);
}

function field(name: string, value: string): Html {
  return html`<b>${name}:</b> ${clip(value, 250)}`;
}
