import type { InlineKeyboard } from 'grammy';
import { isSnoozed, longestNote } from '../../incidences/incidence.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { clip } from '../../transcripts/clip.ts';
import { chatSummary } from './chat-summary.ts';
import { mostUnanswered, unansweredSince } from '../../incidences/waiting.ts';
import { type Attribute, shopFacts, withoutColumns } from '../../sources/shop-facts.ts';
import { isRelayAddress } from '../../sources/visitor-context.ts';
import { foldedCard } from './folded-card.ts';
import { blocks, type Html, html, isolated, lines, plainText } from './html.ts';
import { keyboardFor, type Menu } from './incidence-keyboard.ts';
import { acceptableUrl } from './link.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { dayIn, deskOf, instant, money, pastDay, severityMark, snoozeEnd, span } from './words.ts';

export type Screen = Readonly<{ text: Html; keyboard: InlineKeyboard }>;

/** Characters of a message (Bot API, sendMessage). */
export const longestText = 4096;

/** The card: the whole truth about an incidence on a phone's screen. */
export function incidenceCard(
  incidence: IncidenceView,
  menu: Menu,
  locale: Locale,
  more: More = { lateSeconds: null },
): Screen {
  return { text: cardText(incidence, locale, more), keyboard: keyboardFor(incidence, menu, locale) };
}

/** `earlierAt`: what the customer had before is listed too, as seen at this time. `isFolded`: closed, in four lines. */
type More = Readonly<{ lateSeconds: number | null; earlierAt?: Date | undefined; isFolded?: boolean }>;

function cardText(incidence: IncidenceView, locale: Locale, { lateSeconds, earlierAt, isFolded }: More): Html {
  const { texts, zone } = locale;
  const state = html`<b>#${incidence.id}</b> · ${stateOf(incidence, locale)}`;
  if (isFolded) return foldedCard(incidence, headline(incidence, texts), state, locale);
  const compose = (note: Html | undefined, info: Html | undefined) =>
    blocks([
      html`<b>${headline(incidence, texts)}</b>`,
      lines([customer(incidence, texts), sameCustomer(incidence, earlierAt, locale)]),
      order(incidence, locale),
      message(incidence, texts),
      html`<b>${texts.card.fields.time}:</b> ${instant(incidence.happenedAt, zone)}`,
      link(incidence, texts),
      info,
      chatSummary(incidence, texts),
      handling(incidence, note, locale),
      incidence.deskPausedUntil !== null && html`${texts.card.deskPaused(instant(incidence.deskPausedUntil, zone))}`,
      lateSeconds !== null && html`${texts.card.late(span(lateSeconds * 1000))}`,
      state,
    ]);
  // Everything else has its limit; the note and the additional info share the rest.
  const room = (note?: Html) => longestText - [...plainText(compose(note, undefined))].length;
  const note = noteLine(incidence.note, room(), texts);
  return compose(note, additionalInfo(furtherInfo(incidence), room(note), texts));
}

/** An alert keeps the layout it was ordered with, its severity first; the others start with what they are. */
function headline({ alertCount, severity, kind }: IncidenceView, { card, severities }: Texts): string {
  const mark = severityMark(severity);
  const name = severities[severity];
  return alertCount > 0 ? `${mark} ${card.alertHeadline(name)}` : card.headline(kind, mark, name);
}

function customer(incidence: IncidenceView, { card }: Texts): Html {
  const { fields } = card;
  const isTawk = incidence.source === 'tawk';
  return lines([
    field(fields.reason, incidence.reason),
    incidence.alertCount > 1 && field(fields.alerts, String(incidence.alertCount)),
    incidence.kind === 'conversation' && field(fields.conversationId, `#${incidence.externalId}`),
    field(fields.subject, incidence.title),
    field(isTawk && incidence.kind === 'chat' ? fields.visitor : fields.customer, incidence.customerName),
    field(fields.email, incidence.customerEmail && email(incidence.customerEmail, card)),
    field(fields.phone, incidence.customerPhone),
    field(fields.place, incidence.place),
    field(isTawk ? fields.property : fields.inbox, incidence.property),
    field(fields.page, incidence.page),
    incidence.trigger === 'AGENT_INITIATED' && field(fields.startedBy, card.startedByAgent),
  ]);
}

/** What else of this customer is open; where earlier ones are asked for, also what was closed. */
function sameCustomer({ siblings }: IncidenceView, earlierAt: Date | undefined, locale: Locale): Html | undefined {
  const { fields, siblingOpen, siblingClosed } = locale.texts.card;
  const named = siblings.flatMap(({ id, status, closedAt }) => {
    if (status !== 'closed') return [siblingOpen(id)];
    return earlierAt && closedAt !== null ? [siblingClosed(id, pastDay(new Date(closedAt), earlierAt, locale))] : [];
  });
  return field(fields.sameCustomer, named.join(' · '));
}

/** Two customers may share a relay address, and neither reads it. */
function email(address: string, { relayAddress }: Texts['card']): string {
  return isRelayAddress(address) ? relayAddress(address) : address;
}

/** What the customer was about to order, and who it is to the shop. An alert lists it itself, in its additional info. */
function order(incidence: IncidenceView, locale: Locale): Html | undefined {
  if (incidence.alertCount > 0) return undefined;
  const { currency } = locale;
  const { card } = locale.texts;
  const { fields } = card;
  const { stage, cartValue, frictionScore, eventType } = incidence;
  const { tier, guests, eventDate, orders, lifetimeValue } = shopFacts(
    incidence.source === 'tawk' ? attributesOf(incidence) : [],
  );
  return lines([
    field(fields.stage, stage && card.stages[stage]),
    field(fields.tier, tier ?? null),
    field(fields.screen, incidence.appScreen),
    field(fields.cart, cartValue === null ? null : money(cartValue, currency)),
    field(fields.event, [eventType, eventDate && dayIn(eventDate, locale)].filter(Boolean).join(' · ')),
    field(fields.guests, guests ?? null),
    field(fields.friction, frictionScore === null ? null : String(frictionScore)),
    field(fields.orders, orders ?? null),
    field(fields.lifetimeValue, lifetimeValue === undefined ? null : money(lifetimeValue, currency)),
  ]);
}

/** What the shop sent goes before what the events of the chat carried. */
function attributesOf({ context, additionalInfo }: IncidenceView): readonly Attribute[] {
  const told = context.filter(({ value }) => value !== '');
  const said = Object.entries(additionalInfo).filter(([key]) => !told.some((attribute) => attribute.key === key));
  return [...told, ...said.map(([key, value]) => ({ key, value }))];
}

/** What has no line of its own. */
function furtherInfo(incidence: IncidenceView): readonly (readonly [string, string])[] {
  if (incidence.alertCount > 0 || incidence.source !== 'tawk') return Object.entries(incidence.additionalInfo);
  return withoutColumns(shopFacts(attributesOf(incidence)).rest, incidence).map(({ key, value }) => [
    key,
    String(value),
  ]);
}

function message(incidence: IncidenceView, { card }: Texts): Html | undefined {
  if (!incidence.message) return incidence.messageRef === null ? undefined : html`<i>${card.messageDeleted}</i>`;
  const max = incidence.alertCount > 0 ? 500 : 300;
  return html`<b>${card.fields.message}:</b>\n<blockquote>${clip(incidence.message, max)}</blockquote>`;
}

function link(incidence: IncidenceView, { card }: Texts): Html | undefined {
  const words = card.view(deskOf(incidence));
  const url = acceptableUrl(incidence.url);
  if (url) return html`<a href="${url}">${words}</a>`;
  return incidence.url ? html`${words}: <code>${clip(incidence.url, 200)}</code>` : undefined;
}

function additionalInfo(info: readonly (readonly [string, string])[], room: number, { card }: Texts): Html | undefined {
  // An empty value says that the source removed it.
  const entries = info.filter(([, value]) => value !== '');
  const title = html`<b>${card.fields.additionalInfo}:</b>`;
  const more = (count: number) => html`  ${card.more(count)}`;
  const shown: Html[] = [];
  let left = room - [...plainText(blocks([title, more(entries.length)]))].length - 1;
  for (const [key, value] of entries.slice(0, 12)) {
    const line = html`  • ${isolated(clip(key, 60))}: ${isolated(clip(value, 120))}`;
    left -= [...plainText(line)].length + 1;
    if (left < 0) break;
    shown.push(line);
  }
  if (shown.length === 0) return undefined;
  const rest = entries.length - shown.length;
  return lines([title, ...shown, rest > 0 && more(rest)]);
}

/** Since when the customer waited for this answer. */
function askedAt({ happenedAt, openedAt, openSince }: IncidenceView, answeredAt: Date): number {
  if (openSince && openSince > openedAt && openSince <= answeredAt) return openSince.getTime();
  // The customer may have written again after the answer.
  return Math.min(happenedAt.getTime(), openedAt.getTime());
}

/** What the team and the help desk did so far. */
function handling(incidence: IncidenceView, note: Html | undefined, locale: Locale): Html {
  const { texts, zone } = locale;
  const { card } = texts;
  const { fields } = card;
  const { firstHumanReplyAt, deskStatus } = incidence;
  return lines([
    field(fields.assigned, incidence.assignee),
    firstHumanReplyAt !== null &&
      field(
        fields.answered,
        card.answeredAfter(span(firstHumanReplyAt.getTime() - askedAt(incidence, firstHumanReplyAt))),
      ),
    field(fields.waiting, waiting(incidence, zone, texts)),
    field(fields.sla, incidence.slaMissed.map((goal) => card.slaGoals[goal] ?? goal).join(', ')),
    incidence.replyStatus !== null &&
      field(fields.reply, card.replyState(card.replyStates[incidence.replyStatus], isolated(incidence.replyByName))),
    field(fields.notDelivered, incidence.failedReply),
    incidence.status !== 'closed' &&
      deskStatus !== null &&
      deskStatus !== 'open' &&
      !(deskStatus === 'snoozed' && isSnoozed(incidence)) &&
      field(fields.inChatwoot, deskStatus),
    note,
    incidence.tags.length > 0 && field(fields.tags, incidence.tags.join(', ')),
  ]);
}

/** While nobody answers: how long the customer waits, how often they wrote since, and that nobody is assigned. */
function waiting(incidence: IncidenceView, zone: string, { card }: Texts): string | null {
  const { status, unanswered, waitingSince, assignee, deskStatus } = incidence;
  const since = unansweredSince(incidence) ?? waitingSince;
  if (status === 'closed' || !since) return null;
  const isUnassigned = status === 'open' && deskStatus === 'open' && waitingSince !== null && assignee === null;
  if (unanswered.length < 2 && !isUnassigned) return null;
  return card.waiting(instant(since, zone), unanswered.length, unanswered.length === mostUnanswered, isUnassigned);
}

/** Whole, or nearly: it is what the team wanted to remember. */
function noteLine(note: string | null, room: number, { card }: Texts): Html | undefined {
  const name = card.fields.note;
  const max = Math.min(longestNote, room - `${name}: \n\n`.length);
  return note && max > 0 ? html`<b>${name}:</b> ${clip(note, max)}` : undefined;
}

/** How a card ends: `open`, `acknowledged by Ana · 2 min`, `closed by Ana · resolved`. */
function stateOf(incidence: IncidenceView, locale: Locale): string {
  const { card, outcomesInText } = locale.texts;
  const { snoozedUntil } = incidence;
  if (snoozedUntil && isSnoozed(incidence))
    return card.snoozed(
      isolated(incidence.snoozedByName),
      deskOf(incidence),
      snoozeEnd(snoozedUntil, incidence.updatedAt, locale),
    );
  switch (incidence.status) {
    case 'open':
      if (incidence.notAnsweredBy !== null) return card.openNotAnswered(isolated(incidence.notAnsweredByName));
      return incidence.visitorLeftAt ? card.openVisitorLeft : card.open;
    case 'acknowledged': {
      const since = incidence.openSince ?? incidence.openedAt;
      const waited = (incidence.acknowledgedAt ?? since).getTime() - since.getTime();
      return card.acknowledged(isolated(incidence.acknowledgedByName), span(waited));
    }
    case 'closed': {
      const outcome = outcomesInText[incidence.outcome ?? 'resolved'];
      const { closedByName } = incidence;
      if (closedByName) return card.closedBy(isolated(closedByName), outcome);
      const desk = deskOf(incidence);
      return incidence.deskStatus === 'deleted' ? card.deletedIn(desk) : card.closedIn(desk, outcome);
    }
  }
}

function field(name: string, value: string | null): Html | undefined {
  return value ? html`<b>${name}:</b> ${isolated(clip(value, 200))}` : undefined;
}
