import { type Entity, end, isContinuous } from './entities.ts';
import { checkLink } from './links.ts';

const PATTERNS: { type: string; pattern: RegExp; counts?: (found: string) => boolean }[] = [
  { type: 'email', pattern: /(?<![\w.+-])[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w@])/gi },
  { type: 'url', pattern: /(?<![\w@./])(?:(?:https?|tg|ton):\/\/|(?=[\w-]+\.))[^\s<>"'«»`]+/gi, counts: isUrl },
  { type: 'bot_command', pattern: /(?<![\w/<>])\/[a-z0-9_]{1,64}(?:@[a-z0-9_]{3,32})?(?![\w/])/gi },
  { type: 'mention', pattern: /(?<![\w@])@[a-z0-9_]{3,32}(?!\w)/gi },
  { type: 'hashtag', pattern: /(?<![\w#])#(?=[\p{L}\p{N}_]*[\p{L}_])[\p{L}\p{N}_]{1,256}/giu },
];
const TOP_LEVEL =
  /\.(?:com|org|net|io|dev|app|me|co|in|uk|de|fr|es|it|ru|eu|us|to|info|biz|chat|cloud|site|shop|xyz)$/i;

/** What Telegram recognises by itself, in a simple way, outside code and links. */
export function detectEntities(text: string, known: Entity[]): Entity[] {
  if (!/[@/#.]/.test(text)) return [];
  const taken = known.filter(isContinuous);
  const found: Entity[] = [];
  for (const { type, pattern, counts } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const value = type === 'url' ? match[0].replace(/[.,:;!?)\]}]+$/, '') : match[0];
      const entity = { type, offset: match.index, length: value.length };
      if (counts && !counts(value)) continue;
      if ([...taken, ...found].some((other) => other.offset < end(entity) && entity.offset < end(other))) continue;
      found.push(entity);
    }
  }
  return found;
}

function isUrl(found: string): boolean {
  const link = checkLink(found);
  if (!link.ok) return false;
  return found.includes('://') || TOP_LEVEL.test(new URL(link.url).hostname);
}
