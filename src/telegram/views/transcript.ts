import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import type { findAllMessages } from '../../transcripts/transcript-store.ts';
import { type Html, html, lines } from './html.ts';
import type { Locale } from './incidence-card.ts';
import { counted, instant, span } from './words.ts';

export type TranscriptLine = Awaited<ReturnType<typeof findAllMessages>>[number];

/** A finished chat as a text file a person can read, hand over or print. */
export function transcriptText(incidence: IncidenceView, messages: readonly TranscriptLine[], locale: Locale): string {
  const head = [
    `Transcript of #${incidence.id}`,
    `Customer: ${[incidence.customerName, incidence.customerEmail].filter(Boolean).join(', ') || 'unknown'}`,
    ...(incidence.property ? [`Property: ${incidence.property}`] : []),
    `Messages: ${messages.length}`,
    '',
  ];
  return `${[...head, ...messages.map((message) => messageText(message, incidence, locale))].join('\n')}\n`;
}

function messageText(message: TranscriptLine, incidence: IncidenceView, locale: Locale): string {
  const at = message.at ? `[${instant(message.at, locale.zone)}] ` : '';
  const files = message.attachments.map((file) => `    📎 ${file.name}${file.url ? ` <${file.url}>` : ''}`);
  return [`${at}${speaker(message, incidence)}: ${message.text}`, ...files].join('\n');
}

function speaker(message: TranscriptLine, incidence: IncidenceView): string {
  switch (message.sender) {
    case 'visitor':
      return message.name ?? incidence.customerName ?? 'Visitor';
    case 'agent':
      return `${message.name ?? 'Agent'} (agent)`;
    case 'system':
      return `${message.name ?? 'System'} (system)`;
  }
}

/** Five lines above the file: who waited how long, and who had the last word. */
export function transcriptCaption(incidence: IncidenceView, messages: readonly TranscriptLine[]): Html {
  const firstAsked = messages.find((message) => message.sender === 'visitor')?.at;
  const firstAnswered = messages.find((message) => message.sender === 'agent')?.at;
  const answered =
    firstAsked && firstAnswered
      ? html`First answer after ${span(firstAnswered.getTime() - firstAsked.getTime())}`
      : firstAnswered
        ? undefined
        : html`Nobody answered`;
  const lasted = incidence.transcript?.durationSeconds;
  return lines([
    html`📄 <b>Transcript of #${incidence.id}</b>`,
    html`${counted(messages.length, 'message')}${typeof lasted === 'number' ? ` in ${span(lasted * 1000)}` : ''}`,
    answered,
  ]);
}

/** Where the chat forbids files: the same words, and where the whole is. */
export function withoutFile(caption: Html, incidenceId: number): Html {
  return lines([
    caption,
    html`This chat forbids files: let me send documents here, or write /transcript ${incidenceId} to me in private.`,
  ]);
}
