import { type Entity, end, isContinuous, QUOTES, sortEntities, STYLES } from './entities.ts';

/** These contain no entities and are contained only in quotes. */
const SOLID = ['code', 'pre', 'date_time'];

/** Makes entities nest the way Telegram keeps them: splits, merges and drops where needed. */
export function nestEntities(entities: Entity[]): Entity[] {
  const sorted = sortEntities(entities.filter((entity) => entity.length > 0));
  if (isNested(sorted)) return sorted;
  const quotes = withoutOverlaps(sorted.filter((entity) => QUOTES.includes(entity.type)));
  const solid = withoutOverlaps(sorted.filter(isContinuous)).filter((entity) =>
    quotes.every((quote) => end(entity) <= quote.offset || end(quote) <= entity.offset || isInside(entity, quote)),
  );
  const fixed = sortEntities([...quotes, ...solid]);
  const styles = splitStyles(
    sorted.filter((entity) => STYLES.includes(entity.type)),
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

/** Whether entities nest already: none cross, no style encloses another, none could be merged. */
function isNested(entities: Entity[]): boolean {
  const around: Entity[] = [];
  const styleEnds = new Map<string, number>();
  for (const entity of entities) {
    let parent = around.at(-1);
    while (parent && entity.offset >= end(parent)) {
      around.pop();
      parent = around.at(-1);
    }
    if (parent && !mayHold(around, parent, entity)) return false;
    if (STYLES.includes(entity.type)) {
      if ((styleEnds.get(entity.type) ?? -1) >= entity.offset) return false;
      styleEnds.set(entity.type, end(entity));
    }
    around.push(entity);
  }
  return true;
}

function mayHold(around: Entity[], parent: Entity, entity: Entity): boolean {
  if (end(entity) > end(parent) || around.some((other) => other.type === entity.type)) return false;
  if (SOLID.includes(parent.type) || (SOLID.includes(entity.type) && !QUOTES.includes(parent.type))) return false;
  if (!STYLES.includes(entity.type) && around.some(isContinuous)) return false;
  if (QUOTES.includes(entity.type) && around.some((other) => QUOTES.includes(other.type))) return false;
  return !around.some((other) => STYLES.includes(other.type));
}

/** Styles cut at every boundary of what they may not cross, and at the start of each other. */
function splitStyles(styles: Entity[], fixed: Entity[]): Entity[] {
  let result: Entity[] = [];
  const running = new Map<string, { begin: number; end: number }>();
  let next = 0;

  const flush = (until: number) => {
    for (const type of STYLES) {
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
      if (SOLID.includes(inner.type)) result = result.slice(0, before);
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
