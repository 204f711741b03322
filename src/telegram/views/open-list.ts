import { InlineKeyboard } from 'grammy';
import type { Card } from '../../incidences/card-store.ts';
import type { IncidenceView, OpenPosition } from '../../incidences/incidence-view-store.ts';
import { isSameSecond, untilReply } from '../../incidences/snooze.ts';
import { severities } from '../../sources/severity.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { clockTime } from './duty.ts';
import { blocks, type Html, html, isolated, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { newestLink } from './link.ts';
import { numberButtons, pageButtons } from './page-buttons.ts';
import { shownIncidence } from './shown-incidence.ts';
import { severityMark, span } from './words.ts';

type Page = Readonly<{
  incidences: readonly IncidenceView[];
  /** Those of the incidences, oldest first. */
  cards: readonly Card[];
  /** `before`: how many stand on earlier pages; `all`: how many are open without the filters. */
  count: Readonly<{ matching: number; before: number; all: number; unprocessed: number }>;
  words: readonly string[];
  listId: number;
  /** The chat that the list is for. */
  here: number | undefined;
}>;

/** A page of the open incidences that match the filters, worst first, with a button each that shows the card. */
export function openList(page: Page, now: Date, locale: Locale): Screen {
  const { incidences, count, words } = page;
  const texts = locale.texts.openList;
  const title = texts.title(isolated(clip(words.join(' '), 100)));
  const unprocessed = count.unprocessed > 0 && texts.unprocessed(count.unprocessed);
  if (incidences.length === 0) {
    // What is not processed yet may be a customer who waits: no all-clear.
    const none = count.all === 0 ? !unprocessed && texts.allClear : texts.noMatch(title, count.all);
    return { text: blocks([none, unprocessed]), keyboard: new InlineKeyboard() };
  }
  const hint = count.before === 0 ? texts.narrow(narrower(words)) : undefined;
  const last = count.before + incidences.length;
  return {
    text: blocks([
      texts.heading(title, count.matching),
      lines(
        incidences.map((incidence) =>
          line(shownIncidence(incidence, locale.cards()), newestLink(incidence.id, page), now, locale),
        ),
      ),
      count.matching > incidences.length && texts.range(count.before + 1, last, count.matching, hint),
      unprocessed,
    ]),
    keyboard: keyboardOf(page, locale.texts),
  };
}

function keyboardOf({ incidences, count, listId }: Page, texts: Texts): InlineKeyboard {
  const [first, last] = [incidences[0], incidences.at(-1)];
  const turn = (to: 'next' | 'previous', from: OpenPosition) =>
    encode({ kind: 'turn-page', id: listId, to, from: positionText(from) });
  const numbers = numberButtons(
    new InlineKeyboard(),
    incidences.map(({ id }) => id),
  );
  return pageButtons(numbers, texts, {
    previous: first && count.before > 0 ? turn('previous', first) : undefined,
    next: last && count.before + incidences.length < count.matching ? turn('next', last) : undefined,
  });
}

/** As a button carries it. */
function positionText({ severity, openedAt, id }: OpenPosition): string {
  return [severities.indexOf(severity), openedAt.getTime(), id].join('.');
}

/** Undefined for what this file did not write. */
export function parsePosition(text: string): OpenPosition | undefined {
  const [, index, ms, id] = /^(\d)\.(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  const severity = severities[Number(index)];
  return severity && { severity, openedAt: new Date(Number(ms)), id: Number(id) };
}

/** Commands that give a shorter list than this one. */
function narrower(filters: readonly string[]): string[] {
  const given = filters.map((word) => word.toLowerCase());
  const has = (words: readonly string[]) => words.some((word) => given.includes(word));
  const more = [...(has(severities) ? [] : ['critical']), ...(has(['mine', 'unacked']) ? [] : ['unacked', 'mine'])];
  return more.map((word) => ['/open', ...given, word].join(' '));
}

function line(incidence: IncidenceView, link: string | undefined, now: Date, locale: Locale): Html {
  const { texts } = locale;
  const { id, customerName, customerEmail, externalId, acknowledgedByName, snoozedUntil } = incidence;
  const who = customerName ?? customerEmail ?? texts.openList.conversation(externalId);
  const about = incidence.title ?? incidence.reason ?? incidence.message ?? '';
  const until = (at: Date) => (isSameSecond(at, untilReply) ? texts.card.untilReply : clockTime(at, now, locale));
  const facts = [
    isolated(clip(who, 30)),
    isolated(clip(about.replaceAll(/\s+/g, ' '), 40)),
    span(now.getTime() - (incidence.openSince ?? incidence.openedAt).getTime()),
    ...(acknowledgedByName ? [isolated(acknowledgedByName)] : []),
    ...(snoozedUntil && snoozedUntil > now ? [texts.openList.snoozed(until(snoozedUntil))] : []),
  ];
  const number = link ? html`<a href="${link}">#${id}</a>` : html`#${id}`;
  return html`${severityMark(incidence.severity)} <b>${number}</b> ${facts.join(' · ')}`;
}
