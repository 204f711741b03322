/** Offsets and lengths in UTF-16 units. `date_flags` is how formats are kept inside; Bot API says date_time_format. */
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

export const SPLITTABLE = ['bold', 'italic', 'underline', 'strikethrough', 'spoiler'];
const QUOTES = ['blockquote', 'expandable_blockquote'];
const SOLID = ['code', 'pre', 'date_time'];
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

export function isSolid(entity: Entity): boolean {
  return SOLID.includes(entity.type);
}

export function isContinuous(entity: Entity): boolean {
  return !SPLITTABLE.includes(entity.type) && !QUOTES.includes(entity.type);
}

export function end(entity: Entity): number {
  return entity.offset + entity.length;
}

/** By place, the longer first, then by a fixed order of types. */
export function sortEntities(entities: Entity[]): Entity[] {
  const order = (entity: Entity) => ORDER[entity.type] ?? 50;
  return entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length || order(a) - order(b));
}

/** Makes entities nest the way Telegram keeps them: splits, merges and drops what cannot stand. */
export function nestEntities(entities: Entity[]): Entity[] {
  const sorted = sortEntities(entities.filter((entity) => entity.length > 0));
  if (isNested(sorted)) return sorted;
  const quotes = withoutOverlaps(sorted.filter((entity) => QUOTES.includes(entity.type)));
  const solid = withoutOverlaps(sorted.filter(isContinuous)).filter((entity) =>
    quotes.every((quote) => end(entity) <= quote.offset || end(quote) <= entity.offset || isInside(entity, quote)),
  );
  const fixed = sortEntities([...quotes, ...solid]);
  const styles = splitStyles(
    sorted.filter((entity) => SPLITTABLE.includes(entity.type)),
    fixed,
  );
  return sortEntities([...fixed, ...styles]);
}

function isInside(inner: Entity, outer: Entity): boolean {
  return inner.offset >= outer.offset && end(inner) <= end(outer);
}

function withoutOverlaps(entities: Entity[]): Entity[] {
  let last = 0;
  return entities.filter((entity) => {
    if (entity.offset < last) return false;
    last = end(entity);
    return true;
  });
}

/** Whether nothing needs mending: no crossing, no style around anything, nothing that could be merged. */
function isNested(entities: Entity[]): boolean {
  const around: Entity[] = [];
  const styleEnds = new Map<string, number>();
  for (const entity of entities) {
    while (around.length > 0 && entity.offset >= end(around.at(-1) as Entity)) around.pop();
    const parent = around.at(-1);
    if (parent && !mayHold(around, parent, entity)) return false;
    if (SPLITTABLE.includes(entity.type)) {
      if ((styleEnds.get(entity.type) ?? -1) >= entity.offset) return false;
      styleEnds.set(entity.type, end(entity));
    }
    around.push(entity);
  }
  return true;
}

function mayHold(around: Entity[], parent: Entity, entity: Entity): boolean {
  if (end(entity) > end(parent) || around.some((other) => other.type === entity.type)) return false;
  if (isSolid(parent) || (isSolid(entity) && !QUOTES.includes(parent.type))) return false;
  if (!SPLITTABLE.includes(entity.type) && around.some(isContinuous)) return false;
  if (QUOTES.includes(entity.type) && around.some((other) => QUOTES.includes(other.type))) return false;
  return !around.some((other) => SPLITTABLE.includes(other.type));
}

/** Styles cut at every boundary of what they may not cross, and at the start of each other. */
function splitStyles(styles: Entity[], fixed: Entity[]): Entity[] {
  let result: Entity[] = [];
  const running = new Map<string, { begin: number; end: number }>();
  let next = 0;

  const flush = (until: number) => {
    for (const type of SPLITTABLE) {
      const run = running.get(type);
      if (!run || run.begin >= until) continue;
      result.push({ type, offset: run.begin, length: Math.min(run.end, until) - run.begin });
      if (run.end <= until) running.delete(type);
      else run.begin = until;
    }
  };
  const addUntil = (until: number) => {
    for (let style = styles[next]; style && style.offset < until; style = styles[++next]) {
      const run = running.get(style.type);
      if (run && style.offset <= run.end) {
        run.end = Math.max(run.end, end(style));
      } else {
        flush(style.offset);
        running.set(style.type, { begin: style.offset, end: end(style) });
      }
    }
    flush(until);
  };

  const around: Entity[] = [];
  const moveTo = (offset: number) => {
    for (let inner = around.at(-1); inner && offset >= end(inner); inner = around.at(-1)) {
      const before = result.length;
      addUntil(end(inner));
      if (isSolid(inner)) result = result.slice(0, before);
      around.pop();
    }
    addUntil(offset);
  };
  for (const entity of fixed) {
    moveTo(entity.offset);
    around.push(entity);
  }
  moveTo(Number.MAX_SAFE_INTEGER);
  return result;
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
