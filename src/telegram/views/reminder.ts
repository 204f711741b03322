import { InlineKeyboard } from 'grammy';
import type { Teammate } from '../../duty/team-store.ts';
import type { Waiting } from '../../reminders/reminder-store.ts';
import { severities } from '../../sources/severity.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, html, isolated, lines } from './html.ts';
import { messageLink } from './link.ts';
import { mention } from './mention.ts';
import { severityMark, span } from './words.ts';

const listed = 10;
/** Telegram notifies no more than this of one message. */
const mostMentions = 50;

type Mentioned = Pick<Teammate, 'telegramId' | 'name'>;

/** What is overdue in one place: a reply to the one card, or all of it in one message. */
export function reminderMessage(
  due: readonly Waiting[],
  mentions: readonly Mentioned[],
  options: Readonly<{ isPrivate: boolean; now: Date; texts: Texts }>,
): Readonly<{ text: Html; keyboard: InlineKeyboard | undefined }> {
  const open = due.filter(({ about }) => about === 'open');
  const others = due.filter(({ about }) => about !== 'open');
  const numbers = open.length > 1 ? open : [];
  return {
    text: blocks([
      lines([overdue(open, options), ...others.slice(0, listed).map((one) => promise(one, options))]),
      mentions.length > 0 && mentionAll(mentions),
    ]),
    keyboard: options.isPrivate || numbers.length === 0 ? undefined : showButtons(numbers),
  };
}

type Options = Readonly<{ isPrivate: boolean; now: Date; texts: Texts }>;

function overdue(open: readonly Waiting[], options: Options): Html | false {
  const { texts, now } = options;
  const text = texts.escalation;
  const [only] = open;
  if (!only) return false;
  if (open.length === 1) {
    return text.unacknowledged(severityMark(only.incidence.severity), linkedNumber(only, options), waited(only, now));
  }
  const counts = severities.toReversed().flatMap((severity) => {
    const count = open.filter(({ incidence }) => incidence.severity === severity).length;
    return count > 0 ? [text.count(count, texts.severities[severity])] : [];
  });
  const oldest = open.reduce((a, b) => (since(a) <= since(b) ? a : b), only);
  const rest = open.length - listed;
  return lines([
    text.manyUnacknowledged(counts.join(', '), waited(oldest, now)),
    ...open.slice(0, listed).map((one) => {
      const { severity, customerName, customerEmail, externalId } = one.incidence;
      const who = isolated(clip(customerName ?? customerEmail ?? texts.openList.conversation(externalId), 30));
      return text.listed(severityMark(severity), linkedNumber(one, options), who, waited(one, now));
    }),
    rest > 0 && text.more(rest),
  ]);
}

function promise(one: Waiting, options: Options): Html {
  const { texts, now } = options;
  const { severity, acknowledgedAt, openedAt } = one.incidence;
  const [mark, number] = [severityMark(severity), linkedNumber(one, options)];
  const name = isolated(one.holder?.name ?? null) ?? texts.openList.conversation(one.incidence.externalId);
  if (one.about === 'reopened') return texts.escalation.openAgain(mark, number, name);
  const held = span(now.getTime() - (acknowledgedAt ?? openedAt).getTime());
  return texts.escalation.unanswered(mark, number, name, held);
}

/** Where the group has links, the number leads to the card. */
function linkedNumber({ incidence: { id }, card }: Waiting, { texts }: Options): Html {
  const number = texts.escalation.number(id);
  const url = card ? messageLink(card) : undefined;
  return url === undefined ? html`${number}` : html`<a href="${url}">${number}</a>`;
}

function mentionAll(people: readonly Mentioned[]): Html {
  return lines(people.slice(0, mostMentions).map(mention), ', ');
}

function showButtons(open: readonly Waiting[]): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  open.slice(0, listed).forEach(({ incidence: { id } }, index) => {
    if (index > 0 && index % 5 === 0) keyboard.row();
    keyboard.text(`#${id}`, encode({ kind: 'show', id }));
  });
  return keyboard;
}

function since({ incidence }: Waiting): number {
  return (incidence.openSince ?? incidence.openedAt).getTime();
}

function waited(one: Waiting, now: Date): string {
  return span(now.getTime() - since(one));
}
