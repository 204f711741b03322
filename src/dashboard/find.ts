import type { Db } from '../database/connect.ts';
import * as incidenceViewStore from '../incidences/incidence-view-store.ts';
import { findIncidences, mostWords } from '../search/find-incidences.ts';
import * as searchStore from '../search/search-store.ts';
import type { Locale } from '../telegram/locale.ts';
import { excerpt, matchesIn } from '../telegram/views/excerpt.ts';
import { type Html, html, lines } from '../telegram/views/html.ts';
import { clip } from '../transcripts/clip.ts';
import { item } from './open.ts';

const listed = 20;
const longestQuery = 500;

/** `q`: the words; `after` or `before`: the incidence that the next page follows, or the last one precedes. */
export async function findPage(db: Db, query: URLSearchParams, now: Date, locale: Locale): Promise<Html> {
  const typed = clip(query.get('q') ?? '', longestQuery);
  const form = html`<form class="choices" method="get" action="find" role="search">
<label>${locale.texts.dashboard.find.label} <input type="search" name="q" required maxlength="${longestQuery}" value="${typed}"></label>
<button>${locale.texts.dashboard.tabs.find}</button>
</form>`;
  return typed.trim() === '' ? form : lines([form, await results(db, typed, query, now, locale)]);
}

async function results(db: Db, typed: string, query: URLSearchParams, now: Date, locale: Locale): Promise<Html> {
  const texts = locale.texts.dashboard.find;
  const words = (await searchStore.findWords(db, typed)).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length > mostWords) return html`<p role="status">${texts.tooMany(mostWords)}</p>`;
  const turn = turnOf(query);
  const found = turn
    ? { ids: await searchStore.findIncidences(db, words, { limit: listed + 1, turn }), words, isCorrected: false }
    : words.length > 0 && (await findIncidences(db, words, listed + 1));
  if (!found || found.ids.length === 0) return html`<p role="status">${texts.none(typed)}</p>`;
  const isBackward = turn?.to === 'previous';
  const hasMore = found.ids.length > listed;
  const ids = isBackward ? found.ids.slice(-listed) : found.ids.slice(0, listed);
  const [incidences, said] = await Promise.all([
    incidenceViewStore.findAllByIds(db, ids),
    searchStore.findSaid(db, ids, found.words),
  ]);
  const shown = incidences.map((incidence) => {
    const candidates = said.flatMap(({ incidenceId, text }) => (incidenceId === incidence.id ? [text] : []));
    const best = [incidence.message ?? '', incidence.note ?? '', incidence.tags.join(', '), ...candidates].toSorted(
      (a, b) => matchesIn(b, found.words) - matchesIn(a, found.words),
    )[0];
    return item(incidence, { root: '../', now, excerpt: best ? excerpt(best, found.words, 200) : undefined }, locale);
  });
  const link = (name: string, to: string, id: number | undefined) =>
    html`<a href="find?q=${encodeURIComponent(found.words.join(' '))}&${to}=${id}">${name}</a>`;
  const hasNewer = turn !== undefined && (!isBackward || hasMore);
  const hasOlder = isBackward || hasMore;
  return lines([
    found.isCorrected && html`<p role="status">${texts.corrected(typed, found.words.join(' '))}</p>`,
    html`<ol class="incidences">${lines(shown)}</ol>`,
    html`<p class="pages">${hasNewer ? link(texts.newer, 'before', ids[0]) : ''} ${hasOlder ? link(texts.older, 'after', ids.at(-1)) : ''}</p>`,
  ]);
}

function turnOf(query: URLSearchParams): { to: 'next' | 'previous'; from: number } | undefined {
  for (const [name, to] of [['after', 'next'] as const, ['before', 'previous'] as const]) {
    const id = query.get(name);
    if (id !== null && /^\d{1,15}$/.test(id)) return { to, from: Number(id) };
  }
  return undefined;
}
