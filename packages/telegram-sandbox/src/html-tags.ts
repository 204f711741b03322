/** What is wrong with the markup, in Telegram's words (without "Bad Request: can't parse entities: "). */
export class HtmlError extends Error {}

export type OpenTag = { name: string; tag: string; attributes: Map<string, string>; start: number };

const TAGS: Record<string, string> = {
  a: 'text_link',
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  'tg-emoji': 'custom_emoji',
  'tg-time': 'date_time',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
};

/** A tag that opens at `begin`, with its attributes. */
export function readStartTag(html: string, begin: number): { tag: Omit<OpenTag, 'start'>; end: number } {
  const place = `at byte offset ${bytes(html, begin)}`;
  let at = skip(html, begin + 1, (char) => !isSpace(char) && char !== '>');
  if (at >= html.length) throw new HtmlError(`Unclosed start tag ${place}`);
  const name = html.slice(begin + 1, at).toLowerCase();
  const tag = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
  if (tag === undefined) throw new HtmlError(`Unsupported start tag "${name}" ${place}`);

  const attributes = new Map<string, string>();
  for (;;) {
    at = skip(html, at, isSpace);
    if (html.charAt(at) === '>') break;
    const nameStart = at;
    at = skip(html, at, (char) => !isSpace(char) && char !== '=' && char !== '>');
    const attribute = html.slice(nameStart, at).toLowerCase();
    if (attribute === '' && at < html.length) throw new HtmlError(`Empty attribute name in the tag "${name}" ${place}`);
    at = skip(html, at, isSpace);
    if (at < html.length && html.charAt(at) !== '=') {
      attributes.set(attribute, '');
      continue;
    }
    at = skip(html, at + 1, isSpace);
    if (at >= html.length) throw new HtmlError(`Unclosed start tag "${name}" ${place}`);
    const value = readValue(html, at);
    attributes.set(attribute, value.value);
    at = value.end;
    if (at >= html.length) throw new HtmlError(`Unclosed start tag ${place}`);
  }
  if (name === 'span' && attributes.get('class') !== 'tg-spoiler') {
    throw new HtmlError(`Tag "span" must have class "tg-spoiler" ${place}`);
  }
  return { tag: { name, tag, attributes }, end: at + 1 };
}

function readValue(html: string, begin: number): { value: string; end: number } {
  const quote = html.charAt(begin);
  if (quote !== '"' && quote !== "'") {
    const end = skip(html, begin, (char) => /[a-z0-9.-]/i.test(char));
    if (end < html.length && !isSpace(html.charAt(end)) && html.charAt(end) !== '>') {
      throw new HtmlError(`Unexpected end of name token at byte offset ${bytes(html, begin)}`);
    }
    return { value: html.slice(begin, end).toLowerCase(), end };
  }
  let value = '';
  let at = begin + 1;
  while (at < html.length && html.charAt(at) !== quote) {
    const reference = html.charAt(at) === '&' ? decodeReference(html, at) : undefined;
    value += reference ? String.fromCodePoint(reference.code) : html.charAt(at);
    at = reference ? reference.end : at + 1;
  }
  return { value, end: at + 1 };
}

/** A tag that closes at `begin`; `</>` has the empty name. */
export function readEndTag(html: string, begin: number, open: OpenTag[]): { name: string; end: number } {
  const place = `at byte offset ${bytes(html, begin)}`;
  if (open.length === 0) throw new HtmlError(`Unexpected end tag ${place}`);
  const nameEnd = skip(html, begin + 2, (char) => !isSpace(char) && char !== '>');
  const end = skip(html, nameEnd, isSpace);
  if (html.charAt(end) !== '>') throw new HtmlError(`Unclosed end tag ${place}`);
  return { name: html.slice(begin + 2, nameEnd).toLowerCase(), end: end + 1 };
}

/** &lt; &gt; &amp; &quot; and numbers, the semicolon optional; anything else stays as written. */
export function decodeReference(html: string, begin: number): { code: number; end: number } | undefined {
  const named = /^&([a-z]+)/i.exec(html.slice(begin, begin + 40));
  if (named) {
    const code = { lt: 60, gt: 62, amp: 38, quot: 34 }[named[1] ?? ''];
    return code === undefined ? undefined : finish(code, begin + named[0].length);
  }
  const numbered = /^&#(?:x([0-9a-f]*)|(\d*))/i.exec(html.slice(begin, begin + 40));
  if (!numbered || numbered[0].length >= 10) return undefined;
  const code = numbered[1] === undefined ? Number(numbered[2] || 0) : Number.parseInt(numbered[1] || '0', 16);
  if (code === 0 || code >= 0x10_ff_ff) return undefined;
  return finish(code, begin + numbered[0].length);

  function finish(code: number, end: number) {
    return { code, end: html.charAt(end) === ';' ? end + 1 : end };
  }
}

function skip(html: string, from: number, test: (char: string) => boolean): number {
  let at = from;
  while (at < html.length && test(html.charAt(at))) at += 1;
  return at;
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n' || char === '\0' || char === '\v';
}

/** Errors count bytes of UTF-8. */
export function bytes(html: string, offset: number): number {
  return Buffer.byteLength(html.slice(0, offset));
}
