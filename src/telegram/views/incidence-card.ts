import type { InlineKeyboard } from 'grammy';
import { longestNote } from '../../incidences/incidence.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { blocks, clip, type Html, html, lines, plainText } from './html.ts';
import { keyboardFor, type Menu } from './incidence-keyboard.ts';
import { acceptableUrl } from './link.ts';
import { counted, deskOf, instant, money, outcomeName, severityMark, span } from './words.ts';

/** How people want to read times and money. */
export type Locale = Readonly<{ zone: string; currency: string }>;

export type Screen = Readonly<{ text: Html; keyboard: InlineKeyboard }>;

/** Characters of a message (Bot API, sendMessage). */
export const longestText = 4096;

/** The card: the whole truth about an incidence on a phone's screen. */
export function incidenceCard(
  incidence: IncidenceView,
  menu: Menu,
  locale: Locale,
  lateSeconds: number | null = null,
): Screen {
  return { text: cardText(incidence, locale, lateSeconds), keyboard: keyboardFor(incidence, menu) };
}

function cardText(incidence: IncidenceView, locale: Locale, lateSeconds: number | null): Html {
  const around = (note: Html | undefined, info: Html | undefined) =>
    blocks([
      html`<b>${headline(incidence)}</b>`,
      customer(incidence),
      order(incidence, locale),
      said(incidence),
      html`<b>Time:</b> ${instant(incidence.happenedAt, locale.zone)}`,
      link(incidence),
      info,
      handling(incidence, note),
      lateSeconds !== null && html`⏰ Shown ${span(lateSeconds * 1000)} late`,
      html`<b>#${incidence.id}</b> · ${stateOf(incidence)}`,
    ]);
  // Everything else has its limit; the rest of the room is for what senders add.
  const room = (note?: Html) => longestText - [...plainText(around(note, undefined))].length;
  const note = noteLine(incidence.note, room());
  return around(note, additionalInfo(incidence.additionalInfo, room(note)));
}

/** An alert keeps the layout it was ordered with, its severity first; the others start with what they are. */
function headline(incidence: Pick<IncidenceView, 'alertCount' | 'severity' | 'kind'>): string {
  const severity = incidence.severity.toUpperCase();
  const mark = severityMark(incidence.severity);
  if (incidence.alertCount > 0) return `${mark} CHATWOOT ALERT - ${severity}`;
  switch (incidence.kind) {
    case 'conversation':
      return `💬 CHATWOOT CONVERSATION · ${mark} ${severity}`;
    case 'chat':
      return `💬 TAWK CHAT · ${mark} ${severity}`;
    case 'ticket':
      return `🎫 TAWK TICKET · ${mark} ${severity}`;
  }
}

function customer(incidence: IncidenceView): Html {
  const isTawk = incidence.source === 'tawk';
  return lines([
    field('Reason', incidence.reason),
    incidence.alertCount > 1 && field('Alerts', String(incidence.alertCount)),
    incidence.kind === 'conversation' && field('Conversation ID', `#${incidence.externalId}`),
    field('Subject', incidence.title),
    field(isTawk && incidence.kind === 'chat' ? 'Visitor' : 'Customer', incidence.customerName),
    field('Email', incidence.customerEmail),
    field('Phone', incidence.customerPhone),
    field('Place', incidence.place),
    field(isTawk ? 'Property' : 'Inbox', incidence.property),
    field('Page', incidence.page),
    incidence.trigger === 'AGENT_INITIATED' && field('Started by', 'agent'),
  ]);
}

/** What the customer was about to order. An alert lists it itself, in its additional info. */
function order(incidence: IncidenceView, locale: Locale): Html | undefined {
  if (incidence.alertCount > 0) return undefined;
  const { cartValue, frictionScore } = incidence;
  return lines([
    field('Stage', stageName(incidence.stage)),
    field('Screen', incidence.appScreen),
    field('Cart', cartValue === null ? null : money(cartValue, locale.currency)),
    field('Event', incidence.eventType),
    field('Friction', frictionScore === null ? null : String(frictionScore)),
  ]);
}

function stageName(stage: IncidenceView['stage']): string | null {
  switch (stage) {
    case 'PRE_ORDER':
      return 'pre-order';
    case 'POST_ORDER':
      return 'post-order';
    case null:
      return null;
  }
}

function said(incidence: IncidenceView): Html | undefined {
  if (!incidence.message) return undefined;
  const most = incidence.alertCount > 0 ? 500 : 300;
  return html`<b>Message:</b>\n<blockquote>${clip(incidence.message, most)}</blockquote>`;
}

function link(incidence: IncidenceView): Html | undefined {
  const words = `🔗 View in ${deskOf(incidence)}`;
  const url = acceptableUrl(incidence.url);
  if (url) return html`<a href="${url}">${words}</a>`;
  return incidence.url ? html`${words}: <code>${clip(incidence.url, 200)}</code>` : undefined;
}

function additionalInfo(info: Readonly<Record<string, string>>, room: number): Html | undefined {
  const entries = Object.entries(info);
  const title = html`<b>Additional Info:</b>`;
  const shown: Html[] = [];
  let left = room - 'Additional Info:\n\n  … and 20 more\n'.length;
  for (const [key, value] of entries.slice(0, 12)) {
    const line = html`  • ${clip(key, 60)}: ${clip(value, 120)}`;
    left -= [...plainText(line)].length + 1;
    if (left < 0) break;
    shown.push(line);
  }
  if (shown.length === 0) return undefined;
  const rest = entries.length - shown.length;
  return lines([title, ...shown, rest > 0 && html`  … and ${rest} more`]);
}

/** What the team and the desk did so far. */
function handling(incidence: IncidenceView, note: Html | undefined): Html {
  const { transcript, firstHumanReplyAt, deskStatus, happenedAt, openedAt } = incidence;
  // The customer may have written on after the answer.
  const askedAt = Math.min(happenedAt.getTime(), openedAt.getTime());
  return lines([
    field('Assigned', incidence.assignee),
    firstHumanReplyAt !== null && field('Answered', `after ${span(firstHumanReplyAt.getTime() - askedAt)}`),
    incidence.status !== 'closed' && deskStatus !== null && deskStatus !== 'open' && field('In Chatwoot', deskStatus),
    transcript !== null && field('Transcript', transcriptLine(transcript)),
    note,
    incidence.tags.length > 0 && field('Tags', incidence.tags.join(', ')),
  ]);
}

/** Whole, or nearly: it is what the team wanted remembered. */
function noteLine(note: string | null, room: number): Html | undefined {
  const most = Math.min(longestNote, room - 'Note: \n\n'.length);
  return note && most > 0 ? html`<b>Note:</b> ${clip(note, most)}` : undefined;
}

function transcriptLine(transcript: NonNullable<IncidenceView['transcript']>): string {
  const { messages, fromAgents, durationSeconds } = transcript;
  const lasted = durationSeconds === null ? '' : ` · ${span(durationSeconds * 1000)}`;
  return `${counted(messages, 'message')}${lasted} · ${fromAgents === 0 ? 'nobody answered' : `${fromAgents} from agents`}`;
}

/** The last words of a card: `open`, `acknowledged by Ana · 2 min`, `closed by Ana · resolved`. */
function stateOf(incidence: IncidenceView): string {
  switch (incidence.status) {
    case 'open':
      return incidence.visitorLeftAt ? 'open · visitor left' : 'open';
    case 'acknowledged': {
      const waited = (incidence.acknowledgedAt ?? incidence.openedAt).getTime() - incidence.openedAt.getTime();
      return `acknowledged by ${incidence.acknowledgedByName ?? 'someone'} · ${span(waited)}`;
    }
    case 'closed':
      return `closed ${closer(incidence)} · ${outcomeName(incidence.outcome ?? 'resolved').toLowerCase()}`;
  }
}

function closer(incidence: IncidenceView): string {
  return incidence.closedByName ? `by ${incidence.closedByName}` : `in ${deskOf(incidence)}`;
}

function field(name: string, value: string | null): Html | undefined {
  return value ? html`<b>${name}:</b> ${clip(value, 200)}` : undefined;
}
