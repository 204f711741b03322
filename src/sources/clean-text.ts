import { createHash } from 'node:crypto';

/** Control characters other than newline and tab, and the bidi overrides that can reorder what a reader sees. */
const unwanted = /(?![\n\t])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu;

/** Characters that show nothing: spaces, fillers, joiners, variation selectors, the blank Braille cell, an empty note head. */
const invisible = /^[\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800\u{1D159}]*$/u;

/** Most of what comes is, and costs a tenth this way. */
const plain = /^[ -~]*$/;

/**
 * A stranger's text, fit to be stored and shown: PostgreSQL refuses U+0000, Telegram lone surrogates,
 * and bidi overrides disguise file names. Line breaks become `\n`; kept whole up to `max` UTF-16 units.
 * A text of invisible characters alone is empty. Beside visible ones they stay: emoji and many scripts need them.
 */
export function cleanText(text: string, max = 20_000): string {
  if (plain.test(text)) return cut(text.trim(), max);
  const cleaned = text.replaceAll(/\r\n?/g, '\n').replaceAll(unwanted, '').toWellFormed().trim();
  return visible(cut(cleaned, max));
}

/** The same for what stands in one line: a name or a subject must not fake a second line of a card. */
export function cleanLine(text: string, max = 200): string {
  if (plain.test(text) && !text.includes('  ')) return cut(text.trim(), max);
  return visible(cut(cleanText(text).replaceAll(/\s+/g, ' '), max));
}

function visible(text: string): string {
  return invisible.test(text) ? '' : text;
}

/** An outside id, at most 255 characters; a longer one becomes a short id that is the same every time. */
export function cleanId(id: string): string | undefined {
  const cleaned = cleanText(id, Infinity);
  if (cleaned.length <= 255) return cleaned || undefined;
  return `sha256:${createHash('sha256').update(cleaned).digest('hex').slice(0, 32)}`;
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(max - 1)) ? max - 1 : max;
  return text.slice(0, end).trimEnd();
}
