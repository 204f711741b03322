import { editDistance } from '../config/edit-distance.ts';
import type { Db } from '../database/connect.ts';
import * as searchStore from './search-store.ts';

export type Found = Readonly<{
  ids: readonly number[];
  /** What was looked for: what was typed, or what was probably meant. */
  words: readonly string[];
  isCorrected: boolean;
}>;

/** More words narrow nothing down any more. */
export const mostWords = 8;
const shortest = 4;
const compared = 50;

/** The newest incidences with all of these words; where there is none, with the known words most like them. */
export async function findIncidences(db: Db, words: readonly string[], limit: number): Promise<Found> {
  const ids = await searchStore.findIncidences(db, words, { limit });
  if (ids.length > 0) return { ids, words, isCorrected: false };
  const meant: string[] = [];
  for (const word of words) meant.push(await likely(db, word));
  if (meant.every((word, index) => word === words[index])) return { ids, words, isCorrected: false };
  const found = await searchStore.findIncidences(db, meant, { limit });
  return found.length > 0 ? { ids: found, words: meant, isCorrected: true } : { ids, words, isCorrected: false };
}

/** The word itself where somebody used it. */
async function likely(db: Db, word: string): Promise<string> {
  if (word.length < shortest || (await searchStore.isKnown(db, word))) return word;
  const similar = await searchStore.findSimilar(db, word, compared);
  const [best] = similar
    .map((term) => ({ term, distance: distanceToBeginning(word, term) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(word.length / 4)))
    .toSorted((a, b) => a.distance - b.distance);
  return best?.term ?? word;
}

/** What was typed may be the beginning of a longer word. */
function distanceToBeginning(word: string, term: string): number {
  return Math.min(editDistance(word, term), 0.5 + editDistance(word, term.slice(0, word.length)));
}
