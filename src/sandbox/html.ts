import { type Entity, sortEntities } from './entities.ts';
import { checkLink, linkedUser } from './links.ts';

/** What is wrong with the markup, in Telegram's words (without "Bad Request: can't parse entities: "). */
export class HtmlError extends Error {}

type OpenTag = { name: string; tag: string; attributes: Map<string, string>; start: number };
type Draft = Entity & { codeLanguage?: string };

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
const DATE_FLAGS: Record<string, number> = { r: 1, t: 2, T: 4, d: 8, D: 16, w: 32, W: 32 };
const RELATIVE = 1;

/** parse_mode=HTML by the rules of Telegram's own parser: text and entities before any cleaning. */
export function parseHtml(html: string): { text: string; entities: Entity[] } {
  const open: OpenTag[] = [];
  const entities: Draft[] = [];
  let text = '';
  let at = 0;
  let brokenUnicode = false;

  while (at < html.length) {
    const char = html.charAt(at);
    const reference = char === '&' ? decodeReference(html, at) : undefined;
    if (reference) {
      brokenUnicode ||= reference.code >= 0xd8_00 && reference.code <= 0xdf_ff;
      text += String.fromCodePoint(reference.code);
      at = reference.end;
    } else if (char !== '<') {
      text += char;
      at += 1;
    } else if (html.charAt(at + 1) === '/') {
      const { name, end } = readEndTag(html, at, open);
      const opened = open.pop();
      if (opened === undefined) throw new HtmlError(`Unexpected end tag at byte offset ${bytes(html, at)}`);
      if (name !== '' && name !== opened.name) {
        const expectation = `expected "</${opened.name}>", found "</${name}>"`;
        throw new HtmlError(`Unmatched end tag at byte offset ${bytes(html, at)}, ${expectation}`);
      }
      if (text.length > opened.start) closeTag(opened, text, entities);
      at = end;
    } else {
      const { tag, end } = readStartTag(html, at);
      open.push({ ...tag, start: text.length });
      at = end;
    }
  }

  const unclosed = open.at(-1);
  if (unclosed) throw new HtmlError(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  if (brokenUnicode || !text.isWellFormed()) {
    const hint = 'check for unmatched surrogate code units';
    throw new HtmlError(`Text contains invalid Unicode characters after decoding HTML entities, ${hint}`);
  }
  return { text, entities: sortEntities(entities.map(withoutCodeLanguage)) };
}

function withoutCodeLanguage({ codeLanguage: _language, ...entity }: Draft): Entity {
  return entity;
}

function readStartTag(html: string, begin: number): { tag: Omit<OpenTag, 'start'>; end: number } {
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

function readEndTag(html: string, begin: number, open: OpenTag[]): { name: string; end: number } {
  const place = `at byte offset ${bytes(html, begin)}`;
  if (open.length === 0) throw new HtmlError(`Unexpected end tag ${place}`);
  const nameEnd = skip(html, begin + 2, (char) => !isSpace(char) && char !== '>');
  const end = skip(html, nameEnd, isSpace);
  if (html.charAt(end) !== '>') throw new HtmlError(`Unclosed end tag ${place}`);
  return { name: html.slice(begin + 2, nameEnd).toLowerCase(), end: end + 1 };
}

function closeTag(opened: OpenTag, text: string, entities: Draft[]): void {
  const range = { offset: opened.start, length: text.length - opened.start };
  const attribute = (name: string) => opened.attributes.get(name) ?? '';
  const last = entities.at(-1);
  const twin = last && last.offset === range.offset && last.length === range.length ? last : undefined;

  switch (opened.name) {
    case 'a':
      addLink(attribute('href') || text.slice(opened.start), range, entities);
      break;
    case 'pre':
      if (twin?.type === 'code' && twin.codeLanguage) {
        entities.pop();
        entities.push({ type: 'pre', ...range, language: twin.codeLanguage });
      } else {
        entities.push({ type: 'pre', ...range });
      }
      break;
    case 'code': {
      const className = attribute('class');
      const language = className.startsWith('language-') ? className.slice('language-'.length) : '';
      if (twin?.type === 'pre' && language && !twin.language) twin.language = language;
      else entities.push({ type: 'code', ...range, codeLanguage: language });
      break;
    }
    case 'blockquote':
      entities.push({ type: opened.attributes.has('expandable') ? 'expandable_blockquote' : 'blockquote', ...range });
      break;
    case 'tg-emoji':
      if (!/^\d+$/.test(attribute('emoji-id'))) throw new HtmlError('Invalid custom emoji identifier specified');
      entities.push({ type: 'custom_emoji', ...range, custom_emoji_id: attribute('emoji-id') });
      break;
    case 'tg-time':
      addDateTime(attribute('unix'), attribute('format'), range, entities);
      break;
    // every other tag stands for itself
    default:
      entities.push({ type: opened.tag, ...range });
  }
}

function addLink(href: string, range: { offset: number; length: number }, entities: Draft[]): void {
  const user = linkedUser(href);
  if (user !== undefined) {
    entities.push({ type: 'text_mention', ...range, user: { id: user } });
    return;
  }
  const link = checkLink(href);
  if (link.ok) entities.push({ type: 'text_link', ...range, url: link.url });
}

function addDateTime(unix: string, format: string, range: { offset: number; length: number }, entities: Draft[]): void {
  let flags = 0;
  for (const letter of format) {
    const flag = DATE_FLAGS[letter];
    if (flag === undefined) throw new HtmlError('Invalid date format used');
    flags |= flag;
  }
  if (flags & RELATIVE && flags !== RELATIVE) throw new HtmlError('Invalid date format used');
  if (!/^\d+$/.test(unix) || Number(unix) === 0) return;
  entities.push({ type: 'date_time', ...range, unix_time: Number(unix), date_flags: flags });
}

/** &lt; &gt; &amp; &quot; and numbers, the semicolon optional; anything else stays as written. */
function decodeReference(html: string, begin: number): { code: number; end: number } | undefined {
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

function bytes(html: string, offset: number): number {
  return Buffer.byteLength(html.slice(0, offset));
}
