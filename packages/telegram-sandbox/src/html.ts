import { type Entity, sortEntities } from './entities.ts';
import { bytes, decodeReference, HtmlError, type OpenTag, readEndTag, readStartTag } from './html-tags.ts';
import { checkLink, linkedUser } from './links.ts';

type Draft = Entity & { codeLanguage?: string };

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
