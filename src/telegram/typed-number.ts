/** What may surround a typed number: `#42`, `№42`, `No. 42`, `(42)`, `42.`. */
const sign = /^[^\p{L}\p{N}\p{Pd}\p{Sm}]*(?:[№#]|n[o°º]\.?)?[^\p{L}\p{N}\p{Pd}\p{Sm}]*/iu;
const closing = /[^\p{L}\p{N}]+$/u;

/** An incidence's number as people type it, in the digits of any script; undefined when it is none. */
export function numberOf(word: string | undefined): number | undefined {
  const bare = (word ?? '')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(sign, '')
    .replace(closing, '');
  const digits = bare.normalize('NFKC').replaceAll(/\p{Nd}/gu, decimalDigit);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** Unicode has the ten digits of a script next to each other, zero first. */
function decimalDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

/** Typed numbers, split also where people separate them without a space. */
export function splitList(words: readonly string[]): string[] {
  return words.flatMap((word) => word.split(/[,;&+،؛、，；]/u)).filter(Boolean);
}
