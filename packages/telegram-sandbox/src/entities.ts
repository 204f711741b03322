/** Offsets and lengths in UTF-16 units. `date_flags` is the internal form of Bot API's date_time_format. */
export type Entity = {
  type: string;
  offset: number;
  length: number;
  url?: string;
  user?: { id: number };
  language?: string;
  custom_emoji_id?: string;
  unix_time?: number;
  date_flags?: number;
};

/** Styles may be cut in pieces; links, code and the like may not. */
export const STYLES = ['bold', 'italic', 'underline', 'strikethrough', 'spoiler'];
export const QUOTES = ['blockquote', 'expandable_blockquote'];
const HIDDEN_DATA = ['text_link', 'text_mention', 'custom_emoji', 'date_time'];
const ORDER: Record<string, number> = {
  blockquote: 0,
  expandable_blockquote: 0,
  pre: 10,
  code: 20,
  date_time: 45,
  text_link: 49,
  text_mention: 49,
  bold: 90,
  italic: 91,
  underline: 92,
  strikethrough: 93,
  spoiler: 94,
  custom_emoji: 99,
};

export function isContinuous(entity: Entity): boolean {
  return !STYLES.includes(entity.type) && !QUOTES.includes(entity.type);
}

export function end(entity: Entity): number {
  return entity.offset + entity.length;
}

/** By place, the longer first, then by a fixed order of types. */
export function sortEntities(entities: Entity[]): Entity[] {
  const order = (entity: Entity) => ORDER[entity.type] ?? 50;
  return entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length || order(a) - order(b));
}

/** Drops entities over white space only, cuts the text's ends, and moves the entities with it. */
export function trimText(text: string, entities: Entity[]): { text: string; entities: Entity[] } {
  const trimmedEnd = text.replace(/[ \n]+$/, '');
  const kept = sortEntities(
    entities
      .filter((entity) => HIDDEN_DATA.includes(entity.type) || /[^ \n]/.test(text.slice(entity.offset, end(entity))))
      .map((entity) => ({ ...entity, length: Math.min(end(entity), trimmedEnd.length) - entity.offset }))
      .filter((entity) => entity.length > 0),
  );
  const spaces = /^[ \n]*/.exec(trimmedEnd)?.[0].length ?? 0;
  const cut = Math.min(spaces, kept[0]?.offset ?? spaces);
  return { text: trimmedEnd.slice(cut), entities: kept.map((entity) => ({ ...entity, offset: entity.offset - cut })) };
}
