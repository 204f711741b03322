import { editDistance } from '../../config/edit-distance.ts';
import { type Outcome, outcomes } from '../../incidences/incidence.ts';

export type CloseWords =
  | Readonly<{ isClear: true; outcome: Outcome; note: string }>
  /** `typed` looks like a typing error for `meant`: asking is better than closing with another outcome. */
  | Readonly<{ isClear: false; typed: string; meant: Outcome; rest: string }>;

const maxWords = 3;

/**
 * The words after the number in `/close 42 spam sold us pills`: an outcome, in any case and punctuation, and a note.
 * Without an outcome all of it is the note.
 */
export function parseCloseWords(words: readonly string[]): CloseWords {
  for (const [count, typed] of heads(words)) {
    const outcome = outcomes.find((name) => letters(name) === typed);
    if (outcome) return { isClear: true, outcome, note: words.slice(count).join(' ') };
  }
  for (const [count, typed] of heads(words)) {
    const meant = outcomes.find((name) => isTypo(typed, letters(name)) && count <= name.split('_').length);
    if (meant) {
      return { isClear: false, typed: words.slice(0, count).join(' '), meant, rest: words.slice(count).join(' ') };
    }
  }
  return { isClear: true, outcome: 'resolved', note: words.join(' ') };
}

/** The first word, the first two, the first three: `no-reply-needed` may be typed in several. */
function heads(words: readonly string[]): readonly (readonly [number, string])[] {
  const count = Math.min(words.length, maxWords);
  return Array.from({ length: count }, (_, index) => [index + 1, letters(words.slice(0, index + 1).join(''))] as const);
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** One wrong key in a short word, two in a longer one. */
function isTypo(typed: string, name: string): boolean {
  if (Math.abs(typed.length - name.length) > 2) return false;
  return editDistance(typed, name) <= (name.length < 6 ? 1 : 2);
}
