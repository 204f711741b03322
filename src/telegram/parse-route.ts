import { isDeepStrictEqual } from 'node:util';
import { tagName } from '../incidences/tag-store.ts';
import { type Condition, contradiction } from '../routes/route.ts';
import { cleanLine } from '../sources/clean-text.ts';
import { severities } from '../sources/severity.ts';
import { sourceNames } from '../sources/source-event.ts';

export type ParsedRoute =
  | Readonly<{ ok: true; conditions: readonly Condition[] }>
  | Readonly<{ ok: false; problem: RouteProblem }>;

export type RouteProblem =
  | Readonly<{ kind: 'nothing' | 'unclosed-quote' }>
  | Readonly<{ kind: 'unknown' | 'unnamed'; word: string }>
  | Readonly<{ kind: 'contradiction'; between: readonly [Condition, Condition] }>;

/** In this order, so that the same conditions are the same route however they were typed. */
const order = [
  'source',
  'severity',
  'inbox',
  'property',
  'tag',
  'stage',
] as const satisfies readonly Condition['kind'][];

/** What was typed after `/route`: conditions that narrow together, quotes around names with spaces. */
export function parseRoute(text: string): ParsedRoute {
  const words = splitQuoted(text);
  if (!words) return { ok: false, problem: { kind: 'unclosed-quote' } };
  if (words.length === 0) return { ok: false, problem: { kind: 'nothing' } };
  const conditions: Condition[] = [];
  for (const word of words) {
    const read = readCondition(word);
    if ('problem' in read) return { ok: false, problem: { kind: read.problem, word } };
    if (!conditions.some((known) => isDeepStrictEqual(known, read.condition))) conditions.push(read.condition);
  }
  const between = contradiction(conditions);
  if (between) return { ok: false, problem: { kind: 'contradiction', between } };
  const sorted = conditions.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || nameOrder(a, b));
  return { ok: true, conditions: sorted };
}

type Read = Readonly<{ condition: Condition }> | Readonly<{ problem: 'unknown' | 'unnamed' }>;

function readCondition(word: string): Read {
  const [, key, value] = /^(inbox|property|tag):(.*)$/is.exec(word) ?? [];
  if (key !== undefined && value !== undefined) return readNamed(key.toLowerCase(), value);
  const lower = word.toLowerCase();
  const source = sourceNames.find((known) => known === lower);
  if (source) return { condition: { kind: 'source', source } };
  const severity = severities.find((known) => lower === known || lower === `${known}+`);
  if (severity) {
    // Nothing is worse than critical.
    const orWorse = lower.endsWith('+') && severity !== 'critical';
    return { condition: { kind: 'severity', severity, orWorse } };
  }
  const [, stage] = /^(pre|post)[-_]?order$/.exec(lower) ?? [];
  if (stage) return { condition: { kind: 'stage', stage: stage === 'pre' ? 'PRE_ORDER' : 'POST_ORDER' } };
  return { problem: 'unknown' };
}

function readNamed(key: string, value: string): Read {
  const name = key === 'tag' ? tagName(value) : cleanLine(value, 100).replaceAll('"', '');
  if (name === '') return { problem: 'unnamed' };
  return { condition: { kind: key === 'tag' ? 'tag' : key === 'inbox' ? 'inbox' : 'property', name } };
}

/** Words, with the quotes of any keyboard taken off; undefined where one is never closed. */
function splitQuoted(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (const character of text) {
    if (/["“”„«»]/u.test(character)) {
      isQuoted = !isQuoted;
      word ??= '';
    } else if (!isQuoted && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (isQuoted) return undefined;
  return word === undefined ? words : [...words, word];
}

function nameOrder(a: Condition, b: Condition): number {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}
