import { attributeEntries, contextFromAttributes, jsonOf, plainKey, textOf } from './attributes.ts';
import { cleanLine } from './clean-text.ts';
import type { Details } from './source-event.ts';

/** What the shop's backend says of a visitor, signed by it. */
export type VisitorContext = Readonly<{
  chatId: string | undefined;
  /** In small letters; never a relay address. */
  email: string | undefined;
  /** The shop's own id of the visitor, which a signed marker in the visitor's name repeats. */
  visitorId: string | undefined;
  /** The id of the Tawk property; '' where the shop does not say. */
  account: string;
  attributes: readonly ContextAttribute[];
  /** By the shop's clock. */
  sentAt: Date;
}>;

/** `at`: ms since 1970 of the request that said so last. An empty text: the shop says that there is none any more. */
export type ContextAttribute = Readonly<{ key: string; value: string | number | boolean; at: number }>;

/** How many attributes are kept of one visitor; the newest. */
export const maxAttributes = 300;
const longestValue = 1_000;

/** Attributes as they are kept. Nested values become JSON text; of two spellings of one key the first counts. */
export function readAttributes(attributes: unknown, at: Date): ContextAttribute[] {
  const seen = new Set<string>();
  return attributeEntries(attributes).flatMap(([given, value]) => {
    const key = cleanLine(given, 100);
    if (key === '' || seen.has(identityOf(key))) return [];
    seen.add(identityOf(key));
    return [{ key, value: keptValue(value), at: at.getTime() }];
  });
}

/**
 * Attribute by attribute the later one counts, in whatever order they come; of two of the same second the one that is
 * merged later.
 */
export function mergeAttributes(
  known: readonly ContextAttribute[],
  told: readonly ContextAttribute[],
): readonly ContextAttribute[] {
  if (told.length === 0) return known;
  const merged = new Map(known.map((attribute) => [identityOf(attribute.key), attribute]));
  for (const attribute of told) {
    const before = merged.get(identityOf(attribute.key));
    if (!before || attribute.at >= before.at) merged.set(identityOf(attribute.key), attribute);
  }
  return [...merged.values()].toSorted((a, b) => b.at - a.at || compare(a.key, b.key)).slice(0, maxAttributes);
}

/** The attributes as details of an incidence; what fits no column stays in the context. */
export function detailsOfContext(
  attributes: readonly ContextAttribute[],
): Pick<Details, 'stage' | 'appScreen' | 'cartValue' | 'eventType' | 'frictionScore'> {
  const { additionalInfo: _, ...details } = contextFromAttributes(attributes.filter(({ value }) => value !== ''));
  return details;
}

/** `user_id`, in any spelling. */
export function visitorIdIn(attributes: readonly ContextAttribute[]): string | undefined {
  return textOf(attributes.find(({ key }) => plainKey(key) === 'userid')?.value);
}

/** Also read by PostgreSQL. */
export const relayAddress = /@(?:[a-z0-9-]+\.)*tawk\.(?:email|to)\s*$/i;

/** Tawk's own addresses forward mail: the customer behind one is unknown, and two customers may share it. */
export function isRelayAddress(email: string): boolean {
  return relayAddress.test(email);
}

/** `user_id` and `userId` are one attribute; names of other scripts are told apart as they are. */
function identityOf(key: string): string {
  return plainKey(key) || key;
}

function keptValue(value: unknown): ContextAttribute['value'] {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return cleanLine(value, longestValue);
  return typeof value === 'object' && value !== null ? cleanLine(jsonOf(value), longestValue) : '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
