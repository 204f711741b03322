import { createHash } from 'node:crypto';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import type { Locale } from '../locale.ts';
import { type Html, html, lines } from './html.ts';
import { acceptableUrl } from './link.ts';
import type { TranscriptLine } from './transcript.ts';
import { transcriptStyle } from './transcript-style.ts';
import { fileSize, instant, localTime, span } from './words.ts';

/** Messages of one person this close together show the name once. */
const sameBreathMs = 5 * 60_000;
/** Characters of a message that may be kept on one sheet of paper. */
const shortText = 700;

/**
 * A finished chat as one HTML file for a phone and for paper. Everything a stranger wrote is escaped text; the policy
 * allows this style and nothing else, so that no script, picture or frame could load even if something were not.
 */
export function transcriptPage(incidence: IncidenceView, messages: readonly TranscriptLine[], locale: Locale): string {
  const words = locale.texts.transcript;
  const styleHash = createHash('sha256').update(transcriptStyle.html).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  const title = words.title(incidence.id);
  const who = incidence.customerName ?? words.anonymous;
  return html`<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title} · ${who}</title>
<style>${transcriptStyle}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p><bdi>${who}</bdi>${incidence.customerEmail ? html` · <bdi>${incidence.customerEmail}</bdi>` : ''}</p>
${facts(incidence, messages.length, locale)}
</header>
${messages.length === 0 ? html`<p class="empty">${words.page.empty}</p>` : days(incidence, messages, locale)}
<footer>${words.page.times(locale.zone)}</footer>
</main>
</body>
</html>
`.html;
}

function facts(incidence: IncidenceView, count: number, { texts }: Locale): Html {
  const { page } = texts.transcript;
  const { fields, nobody, anAgent } = texts.card;
  const { property, place, transcript } = incidence;
  const { durationSeconds = null, answeredBy = [], longestWaitSeconds = null, fromAgents = 0 } = transcript ?? {};
  const fact = (name: string, value: string | null) =>
    value ? html`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>` : undefined;
  const names = answeredBy.length > 0 ? answeredBy.join(', ') : fromAgents > 0 ? anAgent : nobody;
  return html`<dl>
${lines([
  fact(page.property, property),
  fact(page.place, place),
  fact(page.messages, String(count)),
  fact(fields.lasted, durationSeconds === null ? null : span(durationSeconds * 1000)),
  fact(fields.answeredBy, names),
  fact(fields.longestWait, longestWaitSeconds === null ? null : span(longestWaitSeconds * 1000)),
])}
</dl>`;
}

/** A section a day in the team's zone. A message without a time belongs to the day of the one before it. */
function days(incidence: IncidenceView, messages: readonly TranscriptLine[], locale: Locale): Html {
  const { page } = locale.texts.transcript;
  const sections: { day: string; items: Html[] }[] = [];
  let before: TranscriptLine | undefined;
  for (const message of messages) {
    const at = message.at && localTime(message.at, locale);
    const day = at ? at.toFormat(page.day) : (sections.at(-1)?.day ?? '');
    const isNewDay = sections.at(-1)?.day !== day;
    if (isNewDay) sections.push({ day, items: [] });
    const goesOn = !isNewDay && before !== undefined && isSameBreath(before, message);
    sections.at(-1)?.items.push(item(message, { incidence, goesOn, clock: at?.toFormat('HH:mm') }, locale));
    before = message;
  }
  return lines(
    sections.map(
      ({ day, items }) => html`<section>
${day === '' ? '' : html`<h2>${day}</h2>`}
<ol>
${lines(items)}
</ol>
</section>`,
    ),
  );
}

function isSameBreath(before: TranscriptLine, message: TranscriptLine): boolean {
  const isSamePerson = before.sender === message.sender && before.name === message.name;
  const apartMs = before.at && message.at ? message.at.getTime() - before.at.getTime() : 0;
  return isSamePerson && apartMs < sameBreathMs;
}

function item(
  message: TranscriptLine,
  shown: Readonly<{ incidence: IncidenceView; goesOn: boolean; clock: string | undefined }>,
  locale: Locale,
): Html {
  const { incidence, goesOn, clock } = shown;
  const { page } = locale.texts.transcript;
  const { sender, text, at, attachments } = message;
  const classes = [sender, goesOn && 'same', text.length <= shortText && 'short'].filter(Boolean).join(' ');
  // What the system says stands apart by its look; its name is that of the site.
  const name = sender !== 'system' && !goesOn && nameOf(message, incidence, locale);
  return html`<li class="${classes}"><div class="bubble">${
    name ? html`<p class="name"><bdi>${name}</bdi> <small>${page.roles[sender]}</small></p>` : ''
  }${text === '' ? '' : html`<p class="text" dir="auto">${text}</p>`}${
    attachments.length > 0
      ? html`<ul class="files">${lines(attachments.map((file) => attachment(file, locale)))}</ul>`
      : ''
  }${at ? html`<time datetime="${instant(at, locale.zone)}">${clock}</time>` : ''}</div></li>`;
}

function nameOf({ sender, name }: TranscriptLine, incidence: IncidenceView, { texts }: Locale): string {
  const { page, visitor } = texts.transcript;
  switch (sender) {
    case 'visitor':
      return name ?? incidence.customerName ?? visitor;
    case 'agent':
      return name ?? page.agent;
    case 'system':
      return name ?? page.system;
  }
}

/** The link and where it leads; never a picture, which opening the file would fetch. */
function attachment(file: TranscriptLine['attachments'][number], { texts }: Locale): Html {
  const url = acceptableUrl(file.url ?? null);
  const host = url ? new URL(url).hostname : texts.transcript.page.noLink;
  const about = [host, file.mimeType, file.bytes === undefined ? undefined : fileSize(file.bytes)].filter(Boolean);
  const name = html`<bdi>${file.name}</bdi>`;
  const linked = url ? html`<a href="${url}" rel="noreferrer noopener">${name}</a>` : name;
  return html`<li>📎 ${linked} <small>${about.join(' · ')}</small></li>`;
}
