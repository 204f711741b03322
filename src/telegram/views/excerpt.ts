import { clip } from '../../transcripts/clip.ts';
import { type Html, html, isolated, lines } from './html.ts';

/** Characters before the first word that was looked for. */
const lead = 25;

/** How many of these words a text has. */
export function matchesIn(text: string, words: readonly string[]): number {
  return words.filter((word) => wordsLike([word]).test(text)).length;
}

/** The part of a text around the first of these words, each of them in bold. */
export function excerpt(text: string, words: readonly string[], max: number): Html {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const part = clip(fromWord(line, wordsLike(words).exec(line)?.index ?? 0), max);
  // As one with what is bold in it.
  const pieces = isolated(part).split(wordsLike(words));
  return lines(
    pieces.map((piece, index) => (index % 2 === 0 ? html`${piece}` : html`<b>${piece}</b>`)),
    '',
  );
}

/** From a little before a word on; what goes before is cut between words where it has any. */
function fromWord(line: string, index: number): string {
  const before = Array.from(line.slice(0, index));
  if (before.length <= lead) return line;
  const near = before.slice(-lead).join('');
  const whole = near.slice(near.indexOf(' ') + 1);
  return `…${whole}${line.slice(index)}`;
}

/** Words that begin with one of these. Has one group: `split` returns what is between them, and them, in turn. */
function wordsLike(words: readonly string[]): RegExp {
  const beginnings = words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replaceAll(/[\^$\\.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}\\p{M}])((?:${beginnings.join('|')})[\\p{L}\\p{N}\\p{M}]*)`, 'iu');
}
