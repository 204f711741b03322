/** Text for Telegram's parse_mode=HTML. Only this file can make it, and `html` escapes whatever is put in. */
export type Html = Readonly<{ html: string; [made]: true }>;

const made: unique symbol = Symbol('html');

export type Part = Html | string | number | null | undefined;

/** The one way to write markup: literal parts are tags, values are escaped unless they are Html already. */
export function html(literals: TemplateStringsArray, ...values: readonly Part[]): Html {
  return markup(literals.map((literal, index) => literal + render(values[index])).join(''));
}

/** Parts on a line each; absent ones leave none. */
export function lines(parts: readonly (Html | undefined | false)[], separator = '\n'): Html {
  const present = parts.filter((part) => part !== undefined && part !== false);
  return markup(present.map((part) => part.html).join(separator));
}

/** Blocks separated by an empty line; empty ones are left out. */
export function blocks(parts: readonly (Html | undefined | false)[]): Html {
  return lines(
    parts.filter((part) => part && part.html !== ''),
    '\n\n',
  );
}

/** Hebrew, Arabic and the other scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const [isolateFirstStrong, popIsolate] = ['\u2068', '\u2069'];
/** Browsers look into what is isolated when they choose the side that a line begins on; this mark comes first. */
const leftToRightMark = '\u200E';

/**
 * A name or another text of somebody's that stands inside a line of ours: without this, one that is written from right to
 * left turns the line around, or takes the digits that follow into it. All others stay as they are.
 */
export function isolated(text: string): string;
export function isolated(text: string | null): string | null;
export function isolated(text: string | null): string | null {
  return text !== null && rightToLeft.test(text) ? `${leftToRightMark}${isolateFirstStrong}${text}${popIsolate}` : text;
}

/** The same text without markup, for when Telegram rejects the HTML: a tag must not cost an alert. */
export function plainText(text: Html): string {
  return text.html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

function markup(text: string): Html {
  return { html: text, [made]: true };
}

function render(value: Part): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? value.html : escape(String(value));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
