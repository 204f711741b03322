import { cleanLine } from './clean-text.ts';
import type { Details } from './source-event.ts';

/** Beyond this an amount is a mistake, and a `numeric` column or a reader could not hold it. */
const largestNumber = 1e15;

/**
 * What a sender attached to a customer, as details. `attributes` is an object or an array of `{key, value}`;
 * anything else is ignored. `user_id`, `user-id` and `userId` are the same key (Tawk accepts only dashes).
 * An order id means POST_ORDER, attributes without one PRE_ORDER, none at all no stage.
 * Numbers below zero are neither a cart value nor a friction score. What fits no field stays in `additionalInfo`.
 */
export function contextFromAttributes(attributes: unknown): Details {
  const entries = attributeEntries(attributes);
  if (entries.length === 0) return {};

  const values = new Map<string, unknown>();
  for (const [key, value] of entries) if (!values.has(plainKey(key))) values.set(plainKey(key), value);

  const appScreen = textOf(values.get('currentscreen')) ?? textOf(values.get('appscreen'));
  const eventType = textOf(values.get('eventtype'));
  const cartValue = positive(values.get('cartvalue'));
  const frictionScore = positive(values.get('frictionscore'));

  const used = new Set([
    ...(appScreen ? ['currentscreen', 'appscreen'] : []),
    ...(eventType ? ['eventtype'] : []),
    ...(cartValue === undefined ? [] : ['cartvalue']),
    ...(frictionScore === undefined ? [] : ['frictionscore']),
  ]);
  const additionalInfo = listAttributes(entries.filter(([key]) => !used.has(plainKey(key))).map(asPair));

  return {
    stage: textOf(values.get('orderid')) ? 'POST_ORDER' : 'PRE_ORDER',
    ...(appScreen && { appScreen }),
    ...(eventType && { eventType }),
    ...(cartValue !== undefined && { cartValue }),
    ...(frictionScore !== undefined && { frictionScore }),
    ...(additionalInfo && { additionalInfo }),
  };
}

/** All attributes as short texts for people: at most 20, nothing for null and ''; undefined when none is left. */
export function listAttributes(attributes: unknown): Readonly<Record<string, string>> | undefined {
  const lines = attributeEntries(attributes)
    .map(([key, value]) => [cleanLine(key, 100), shortText(value)] as const)
    .filter(([key, value]) => key !== '' && key !== '__proto__' && value !== '')
    .slice(0, 20);
  return lines.length > 0 ? Object.fromEntries(lines) : undefined;
}

/**
 * A number as people and scripts write it; else undefined.
 *
 * | written                                   | read as                                       |
 * | ----------------------------------------- | --------------------------------------------- |
 * | `25000`, `"25000"`, `"-4"`, `"2.5e3"`     | itself                                        |
 * | `"25,000"`, `"1,50,000.50"`               | commas group: 25000, 150000.5                 |
 * | `"0,82"`, `"1.234,5"`                     | a comma before one or two last digits is the decimal one |
 * | `"25 000"`, `"25'000"`, `"25_000"`        | spaces, apostrophes and underscores group     |
 * | `"₹25,000"`, `"Rs. 500"`, `"500 EUR"`     | up to 6 characters before and 8 after are a unit |
 * | over 40 characters, beyond ±1e15          | undefined                                     |
 */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'string') return numberOf(numberInText(value));
  return typeof value === 'number' && Math.abs(value) <= largestNumber ? value : undefined;
}

/**
 * A moment; else undefined.
 *
 * | written                                              | read as                              |
 * | ---------------------------------------------------- | ------------------------------------ |
 * | `"2026-01-31"`                                       | midnight, UTC                        |
 * | `"2026-01-31T08:00"`, `"2026-01-31 08:00:00.5"`      | UTC                                  |
 * | `"…T08:00:00Z"`, `"…08:00:00+05:30"`, `"… +0530"`    | at that offset                       |
 * | a number below 1e11, or a text of 9 to 14 digits     | seconds since 1970, fractions too    |
 * | a number from 1e11                                   | milliseconds since 1970              |
 * | years before 1990 or after 2199                      | undefined                            |
 */
export function instantOf(value: unknown): Date | undefined {
  const ms = typeof value === 'string' ? millisecondsInText(value.trim()) : millisecondsOf(value);
  return ms !== undefined && ms >= Date.UTC(1990) && ms < Date.UTC(2200) ? new Date(ms) : undefined;
}

/** Keys and values of an object, or of an array of `{key, value}`; none of anything else. */
export function attributeEntries(attributes: unknown): [string, unknown][] {
  if (Array.isArray(attributes)) return attributes.flatMap(pairEntry);
  return isObject(attributes) ? Object.entries(attributes) : [];
}

function pairEntry(pair: unknown): [string, unknown][] {
  if (!isObject(pair) || !('key' in pair) || typeof pair.key !== 'string') return [];
  return [[pair.key, 'value' in pair ? pair.value : undefined]];
}

function asPair([key, value]: [string, unknown]): { key: string; value: unknown } {
  return { key, value };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The same for `user_id`, `user-id` and `userId`; '' where no letter or digit of ASCII is left. */
export function plainKey(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** A text or number in one line; else undefined. */
export function textOf(value: unknown): string | undefined {
  const isText = typeof value === 'string' || typeof value === 'number';
  return isText ? cleanLine(String(value)) || undefined : undefined;
}

function positive(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

function shortText(value: unknown): string {
  if (typeof value === 'string') return cleanLine(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isObject(value) ? cleanLine(jsonOf(value)) : '';
}

/** JSON.stringify recurses: a value nested tens of thousands deep, which JSON.parse accepts, overflows the stack. */
export function jsonOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '…';
  }
}

function numberInText(text: string): number | undefined {
  if (text.length > 40) return undefined;
  const joined = text.replaceAll(/(?<=\d)[\s_'’](?=\d)/g, '');
  const found = /^[^\d+\-.,]{0,6}\.?\s*([+-]?[\d.,]*\d[.,]?(?:e[+-]?\d+)?)[^\d.,]{0,8}$/i.exec(joined)?.[1];
  if (found === undefined) return undefined;
  const number = Number(
    /,\d{1,2}$/.test(found) ? found.replaceAll('.', '').replace(',', '.') : found.replaceAll(',', ''),
  );
  return Number.isNaN(number) ? undefined : number;
}

function millisecondsInText(text: string): number | undefined {
  if (/^\d{9,14}(\.\d+)?$/.test(text)) return millisecondsOf(Number(text));
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  if (!parts) return undefined;
  const offset = (parts[3] ?? 'Z').toUpperCase().replace(/^(.\d\d)(\d\d)$/, '$1:$2');
  const ms = Date.parse(`${parts[1]}T${parts[2] ?? '00:00'}${offset}`);
  return Number.isNaN(ms) ? undefined : ms;
}

function millisecondsOf(value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined;
  return Math.round(value < 1e11 ? value * 1000 : value);
}
