import * as cardStore from '../../incidences/card-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import type { Person } from '../../people/person.ts';
import { findIncidences, mostWords } from '../../search/find-incidences.ts';
import * as searchStore from '../../search/search-store.ts';
import { clip } from '../../transcripts/clip.ts';
import type { Button } from '../callback-data.ts';
import type { BotContext, BotDeps } from '../context.ts';
import * as listStore from '../list-store.ts';
import { reply } from '../reply.ts';
import { type FindPage, findList } from '../views/find-list.ts';
import type { Screen } from '../views/incidence-card.ts';
import { shownIncidence, shownText } from '../views/shown-incidence.ts';

const listed = 10;

/** `/find refund visa`: what has all of these words, newest first. */
export async function replyWithFound(
  ctx: BotContext,
  deps: BotDeps,
  { words: typed, person }: Readonly<{ words: readonly string[]; person: Person }>,
): Promise<unknown> {
  const { find } = deps.locale.texts;
  const text = clip(typed.join(' '), 500);
  // PostgreSQL takes an emoji for a word.
  const words = (await searchStore.findWords(deps.db, text)).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length === 0) return reply(ctx, deps, find.usage);
  if (words.length > mostWords) return reply(ctx, deps, find.tooMany(mostWords));
  const found = await searchStore.inTime(deps.db, (trx) => findIncidences(trx, words, listed + 1));
  if (!found) return reply(ctx, deps, find.tooSlow);
  if (found.ids.length === 0) return reply(ctx, deps, find.none(clip(text, 100)));
  const hasNext = found.ids.length > listed;
  const asked = { command: 'find' as const, words: found.words.join(' '), personId: person.id };
  const page = {
    ids: found.ids.slice(0, listed),
    words: found.words,
    typed: found.isCorrected ? text : undefined,
    listId: hasNext ? await listStore.insert(deps.db, asked, deps.now()) : 0,
    hasPrevious: false,
    hasNext,
  };
  const screen = await screenOf(ctx, deps, page);
  return reply(ctx, deps, screen.text, { keyboard: screen.keyboard, isForAsker: true });
}

/** The page that was turned to, or the first where there is none any more. */
export async function foundPage(
  ctx: BotContext,
  deps: BotDeps,
  list: listStore.List,
  { to, from }: Extract<Button, { kind: 'turn-page' }>,
): Promise<Screen> {
  const words = list.words.split(' ');
  const turn = /^\d{1,15}$/.test(from) ? { to, from: Number(from) } : undefined;
  const turned = turn && (await searchStore.findIncidences(deps.db, words, { limit: listed + 1, turn }));
  const isWhole = turned && (to === 'previous' ? turned.length >= listed : turned.length > 0);
  const ids = isWhole ? turned : await searchStore.findIncidences(deps.db, words, { limit: listed + 1 });
  const isMore = ids.length > listed;
  const isBackward = isWhole && to === 'previous';
  return screenOf(ctx, deps, {
    ids: isBackward ? ids.slice(-listed) : ids.slice(0, listed),
    words,
    listId: list.id,
    hasPrevious: isBackward ? isMore : isWhole === true,
    hasNext: isBackward || isMore,
  });
}

type Ids = Omit<FindPage, 'incidences' | 'cards' | 'said' | 'here'> & Readonly<{ ids: readonly number[] }>;

async function screenOf(ctx: BotContext, deps: BotDeps, { ids, ...page }: Ids): Promise<Screen> {
  const settings = deps.locale.cards();
  const [incidences, cards, said] = await Promise.all([
    incidenceViewStore.findAllByIds(deps.db, ids),
    cardStore.findAllByIncidences(deps.db, ids),
    searchStore.findSaid(deps.db, ids, page.words),
  ]);
  const shown = {
    incidences: incidences.map((incidence) => shownIncidence(incidence, settings)),
    said: said.map((one) => ({ ...one, text: shownText(one.text, settings) })),
  };
  return findList({ ...page, ...shown, cards, here: ctx.chat?.id }, deps.now(), deps.locale.texts);
}
