import { InlineKeyboard } from 'grammy';
import type { Card } from '../../incidences/card-store.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import type { Said } from '../../search/search-store.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Texts } from '../texts/texts.ts';
import { excerpt, matchesIn } from './excerpt.ts';
import { blocks, type Html, html, isolated, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { newestLink } from './link.ts';
import { numberButtons, pageButtons } from './page-buttons.ts';
import { severityMark, span } from './words.ts';

/** Characters of an excerpt: two lines of a phone. */
const longestExcerpt = 90;

export type FindPage = Readonly<{
  /** Newest first. */
  incidences: readonly IncidenceView[];
  cards: readonly Card[];
  /** From transcripts and notes. */
  said: readonly Said[];
  words: readonly string[];
  /** What was typed, where other words were probably meant. */
  typed?: string | undefined;
  listId: number;
  hasPrevious: boolean;
  hasNext: boolean;
  here: number | undefined;
}>;

/** A page of what was found, with the words that were looked for in bold. */
export function findList(page: FindPage, now: Date, texts: Texts): Screen {
  const { incidences, words, typed, listId, hasPrevious, hasNext } = page;
  const { find } = texts;
  const title = clip(words.join(' '), 100);
  const ids = incidences.map(({ id }) => id);
  const turn = (to: 'next' | 'previous', from = 0) => encode({ kind: 'turn-page', id: listId, to, from: String(from) });
  return {
    text: blocks([
      lines([typed !== undefined && find.corrected(isolated(clip(typed, 100))), find.heading(isolated(title))]),
      lines(incidences.map((incidence) => entry(incidence, page, now, texts))),
      hasPrevious && !hasNext && find.end,
    ]),
    keyboard: pageButtons(numberButtons(new InlineKeyboard(), ids), texts, {
      previous: hasPrevious ? turn('previous', ids[0]) : undefined,
      next: hasNext ? turn('next', ids.at(-1)) : undefined,
    }),
  };
}

function entry(incidence: IncidenceView, page: FindPage, now: Date, texts: Texts): Html {
  const { id, severity, customerName, customerEmail, externalId } = incidence;
  const link = newestLink(id, page);
  const number = link ? html`<a href="${link}">#${id}</a>` : html`#${id}`;
  const who = customerName ?? customerEmail ?? texts.openList.conversation(externalId);
  const shown = bestOf(incidence, page);
  return lines([
    html`${severityMark(severity)} <b>${number}</b> ${excerpt(who, page.words, 40)} · ${stateOf(incidence, now, texts)}`,
    shown !== undefined && html`   <i>${excerpt(shown, page.words, longestExcerpt)}</i>`,
  ]);
}

/** What has most of the words; where nothing shown has any, what it is about. */
function bestOf(
  { id, message, title, reason, note, tags }: IncidenceView,
  { said, words }: FindPage,
): string | undefined {
  const texts = [
    message,
    note,
    title,
    reason,
    tags.join(', '),
    ...said.filter(({ incidenceId }) => incidenceId === id).map(({ text }) => text),
  ];
  const [best] = texts
    .filter((text): text is string => text !== null && text !== '')
    .toSorted((a, b) => matchesIn(b, words) - matchesIn(a, words));
  return best;
}

function stateOf(incidence: IncidenceView, now: Date, { find, toasts }: Texts): string {
  const { status, closedAt, acknowledgedByName } = incidence;
  switch (status) {
    case 'open':
      return find.open;
    case 'acknowledged':
      return isolated(acknowledgedByName) ?? toasts.someone;
    case 'closed':
      return find.closed(span(now.getTime() - (closedAt ?? now).getTime()));
  }
}
