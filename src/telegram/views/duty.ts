import { InlineKeyboard } from 'grammy';
import type { Duty } from '../../duty/duty-store.ts';
import type { Teammate } from '../../duty/team-store.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { isAnswerAwaited } from '../../escalation/policy.ts';
import type { NamedHandover } from '../../shifts/handover-store.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Dates, Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, html, isolated, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { mention } from './mention.ts';
import { localTime, severityMark, span } from './words.ts';

const listed = 20;

/** `18:00`, with the day where that is another one. */
export function clockTime(at: Date, now: Date, dates: Dates): string {
  const local = localTime(at, dates);
  return local.toFormat(local.hasSame(localTime(now, dates), 'day') ? 'HH:mm' : 'EEE HH:mm');
}

/** `/duty`: who is on, until when, and what comes next. */
export function dutyList(
  {
    on,
    leads,
    opens,
  }: Readonly<{ on: readonly Duty[]; leads: readonly Pick<Teammate, 'name'>[]; opens: Date | undefined }>,
  now: Date,
  locale: Locale,
): Html {
  const { texts } = locale;
  const text = texts.duty;
  const [next] = on.flatMap(({ name, until }) => (until ? [{ name, until }] : [])).toSorted(byEnd);
  return blocks([
    on.length === 0
      ? text.nobody(leads.map(({ name }) => isolated(name)).join(', '))
      : lines([
          text.title,
          ...on.map(({ name, until }) => text.line(isolated(name), until ? clockTime(until, now, locale) : undefined)),
        ]),
    lines([
      on.length > 1 && next !== undefined && text.nextToLeave(isolated(next.name), clockTime(next.until, now, locale)),
      opens !== undefined && text.opens(clockTime(opens, now, locale)),
    ]),
  ]);
}

/** What somebody held who went off duty, as it is now, with a button for who takes it. */
export function handoverCard(
  handover: NamedHandover,
  held: readonly IncidenceView[],
  unacknowledged: number,
  now: Date,
  texts: Texts,
): Screen {
  const text = texts.duty;
  const name = isolated(handover.name);
  if (handover.takenAt) {
    return {
      text: text.taken(name, isolated(handover.takenByName) ?? texts.toasts.someone),
      keyboard: new InlineKeyboard(),
    };
  }
  if (held.length === 0) {
    return { text: lines([text.handover(name, 0), text.handoverDone]), keyboard: new InlineKeyboard() };
  }
  const since = (one: IncidenceView) => (one.openSince ?? one.openedAt).getTime();
  const oldest = span(now.getTime() - Math.min(...held.map(since)));
  const rest = held.length - listed;
  return {
    text: blocks([
      lines([text.handover(name, held.length), text.handoverCounts(held.filter(isAnswerAwaited).length, oldest)]),
      lines([...held.slice(0, listed).map((one) => heldLine(one, now, texts)), rest > 0 && text.more(rest)]),
      unacknowledged > 0 && text.alsoOpen(unacknowledged),
    ]),
    keyboard: new InlineKeyboard().text(text.haveIt, encode({ kind: 'take-handover', id: handover.id })),
  };
}

/** For somebody whom the bot cannot write to in private. `username`: the bot's, where they are told how it can. */
export function unreachedNote(
  who: Parameters<typeof mention>[0],
  { handsOver, username }: Readonly<{ handsOver: string | undefined; username: string | undefined }>,
  { duty: text }: Texts,
): Screen {
  const keyboard = new InlineKeyboard();
  if (username !== undefined) keyboard.url(text.openPrivateChat, `https://t.me/${username}`);
  return {
    text: lines([
      mention(who),
      handsOver !== undefined && text.handoverForYou(isolated(handsOver)),
      username !== undefined && text.startMe,
    ]),
    keyboard,
  };
}

function heldLine(one: IncidenceView, now: Date, texts: Texts): Html {
  const { severity, id, customerName, customerEmail, externalId, note } = one;
  const text = texts.duty;
  const who = isolated(clip(customerName ?? customerEmail ?? texts.openList.conversation(externalId), 30));
  const facts = [
    span(now.getTime() - (one.openSince ?? one.openedAt).getTime()),
    ...(isAnswerAwaited(one) ? [text.noAnswer] : []),
    ...(note ? [text.note(isolated(clip(note.replaceAll(/\s+/g, ' '), 80)))] : []),
  ];
  return html`${text.held(severityMark(severity), id, who, facts.join(' · '))}`;
}

function byEnd(a: Readonly<{ until: Date }>, b: Readonly<{ until: Date }>): number {
  return a.until.getTime() - b.until.getTime();
}
