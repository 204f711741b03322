import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import type { findAllMessages } from '../../transcripts/transcript-store.ts';
import { type Html, html, lines } from './html.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { instant, span } from './words.ts';

export type TranscriptLine = Awaited<ReturnType<typeof findAllMessages>>[number];

/** A finished chat as a text file a person can read, hand over or print. */
export function transcriptText(incidence: IncidenceView, messages: readonly TranscriptLine[], locale: Locale): string {
  const words = locale.texts.transcript;
  const head = [
    words.title(incidence.id),
    words.customer([incidence.customerName, incidence.customerEmail].filter(Boolean).join(', ')),
    ...(incidence.property ? [words.property(incidence.property)] : []),
    words.messages(messages.length),
    '',
  ];
  return `${[...head, ...messages.map((message) => messageText(message, incidence, locale))].join('\n')}\n`;
}

function messageText(message: TranscriptLine, incidence: IncidenceView, locale: Locale): string {
  const at = message.at ? `[${instant(message.at, locale.zone)}] ` : '';
  const files = message.attachments.map((file) => `    📎 ${file.name}${file.url ? ` <${file.url}>` : ''}`);
  return [`${at}${speaker(message, incidence, locale.texts)}: ${message.text}`, ...files].join('\n');
}

function speaker(message: TranscriptLine, incidence: IncidenceView, { transcript: words }: Texts): string {
  switch (message.sender) {
    case 'visitor':
      return message.name ?? incidence.customerName ?? words.visitor;
    case 'agent':
      return words.agent(message.name);
    case 'system':
      return words.system(message.name);
  }
}

/** Beside the file: how long the chat was and how long the customer waited. */
export function transcriptCaption(
  incidence: IncidenceView,
  messages: readonly TranscriptLine[],
  { transcript: words }: Texts,
): Html {
  const firstAsked = messages.find((message) => message.sender === 'visitor')?.at;
  const firstAnswered = messages.find((message) => message.sender === 'agent')?.at;
  const answered =
    firstAsked && firstAnswered
      ? words.firstAnswer(span(firstAnswered.getTime() - firstAsked.getTime()))
      : firstAnswered
        ? undefined
        : words.nobodyAnswered;
  const lasted = incidence.transcript?.durationSeconds;
  return lines([
    html`📄 <b>${words.title(incidence.id)}</b>`,
    words.length(messages.length, typeof lasted === 'number' ? span(lasted * 1000) : undefined),
    answered,
  ]);
}

/** For a chat that allows no files: the caption, and how to get the file. */
export function withoutFile(caption: Html, incidenceId: number, { transcript }: Texts): Html {
  return lines([caption, transcript.filesForbidden(incidenceId)]);
}
