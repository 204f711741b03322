import { type Entity, end, isContinuous } from './entities.ts';
import { checkLink } from './links.ts';

/** `sign`: a text without it is not searched, which is faster. */
const PATTERNS: { type: string; sign: string; pattern: RegExp; counts?: (found: string) => boolean }[] = [
  { type: 'email', sign: '@', pattern: /(?<![\w.+-])[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w@])/gi },
  {
    type: 'url',
    sign: '.',
    pattern: /(?<![\w@./])(?:(?:https?|tg|ton):\/\/|(?=[\w-]+\.))[^\s<>"'«»`]+/gi,
    counts: isUrl,
  },
  { type: 'bot_command', sign: '/', pattern: /(?<![\w/<>])\/[a-z0-9_]{1,64}(?:@[a-z0-9_]{3,32})?(?![\w/])/gi },
  { type: 'mention', sign: '@', pattern: /(?<![\w@])@[a-z0-9_]{3,32}(?!\w)/gi },
  { type: 'hashtag', sign: '#', pattern: /(?<![\w#])#(?=[\p{L}\p{N}_]*[\p{L}_])[\p{L}\p{N}_]{1,256}/giu },
];
const TOP_LEVEL =
  /\.(?:com|org|net|io|dev|app|me|co|in|uk|de|fr|es|it|ru|eu|us|to|info|biz|chat|cloud|site|shop|xyz)$/i;

/** Detects a simple subset of what Telegram detects, outside code and links. */
export function detectEntities(text: string, known: Entity[]): Entity[] {
  const taken = known.filter(isContinuous);
  const found: Entity[] = [];
  for (const { type, sign, pattern, counts } of PATTERNS) {
    if (!text.includes(sign)) continue;
    for (const match of text.matchAll(pattern)) {
      const value = type === 'url' ? match[0].replace(/[.,:;!?)\]}]+$/, '') : match[0];
      const entity = { type, offset: match.index, length: value.length };
      if (counts && !counts(value)) continue;
      const overlaps = (other: Entity) => other.offset < end(entity) && entity.offset < end(other);
      if (!taken.some(overlaps) && !found.some(overlaps)) found.push(entity);
    }
  }
  return found;
}

function isUrl(found: string): boolean {
  const link = checkLink(found);
  if (!link.ok) return false;
  return found.includes('://') || TOP_LEVEL.test(/^\w+:\/\/([^/:?#]*)/.exec(link.url)?.[1] ?? '');
}
