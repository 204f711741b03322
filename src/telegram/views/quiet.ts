import { InlineKeyboard } from 'grammy';
import { DateTime } from 'luxon';
import { quietHoursText, type QuietRules, type QuietTime } from '../../quiet/quiet-hours.ts';
import type * as quietStore from '../../quiet/quiet-store.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Locale } from '../locale.ts';
import { blocks, isolated, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { instant, severityMark } from './words.ts';

const listed = 10;

type Came = Awaited<ReturnType<typeof quietStore.findAllThatCame>>;

/** What came in a quiet time, and what of it is still open, with a button each that shows the card. */
export function quietSummary(came: Came, { since, until }: QuietTime, { texts, zone }: Locale): Screen {
  const words = texts.quiet;
  const open = came.filter(({ status }) => status !== 'closed');
  const shown = open.slice(0, listed);
  const keyboard = new InlineKeyboard();
  shown.forEach(({ id }, index) => {
    if (index > 0 && index % 5 === 0) keyboard.row();
    keyboard.text(`#${id}`, encode({ kind: 'show', id }));
  });
  const time = (at: Date) => DateTime.fromJSDate(at, { zone }).toFormat('HH:mm');
  const rows = shown.map(({ severity, id, customerName, title, status }) =>
    words.line(severityMark(severity), id, isolated(clip(customerName ?? title ?? '', 60)), status === 'acknowledged'),
  );
  const rest = open.length - shown.length;
  return {
    text: blocks([
      words.summary(time(since), time(until), came.length, open.length),
      lines([...rows, rest > 0 && words.more(rest)]),
    ]),
    keyboard,
  };
}

/** What is set for a chat, in words. */
export function quietState({ hours, mutedUntil }: QuietRules, { texts, zone }: Locale): string {
  const until = mutedUntil ? instant(mutedUntil, zone) : undefined;
  return texts.quiet.state(hours ? quietHoursText(hours) : undefined, zone, until);
}
