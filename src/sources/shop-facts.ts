import { numberOf, plainKey, textOf } from './attributes.ts';

export type Attribute = Readonly<{ key: string; value: unknown }>;

/** What a card says of a visitor in lines of their own; undefined where it is not known. */
export type ShopFacts = Readonly<{
  tier: string | undefined;
  guests: string | undefined;
  /** As the shop wrote it. */
  eventDate: string | undefined;
  orders: string | undefined;
  lifetimeValue: number | undefined;
  /** Everything else. */
  rest: readonly Attribute[];
}>;

/** The names that shops give them, as plain keys. */
const names = {
  tier: ['usertier', 'tier', 'customertier'],
  guests: ['guestcount', 'guests'],
  eventDate: ['eventdate'],
  orders: ['pastorders', 'ordercount', 'orders', 'totalorders'],
  lifetimeValue: ['lifetimevalue', 'ltv'],
} as const;

/** What stands in a column of an incidence where it could be read. */
const columns = new Map([
  ['currentscreen', 'appScreen'],
  ['appscreen', 'appScreen'],
  ['eventtype', 'eventType'],
  ['cartvalue', 'cartValue'],
  ['frictionscore', 'frictionScore'],
] as const);

export function shopFacts(attributes: readonly Attribute[]): ShopFacts {
  const used = new Set<Attribute>();
  const find = <Value>(keys: readonly string[], read: (value: unknown) => Value | undefined): Value | undefined => {
    const found = attributes.find(({ key, value }) => keys.includes(plainKey(key)) && read(value) !== undefined);
    if (found) used.add(found);
    return found && read(found.value);
  };
  const facts = {
    tier: find(names.tier, textOf),
    guests: find(names.guests, textOf),
    eventDate: find(names.eventDate, textOf),
    orders: find(names.orders, textOf),
    lifetimeValue: find(names.lifetimeValue, numberOf),
  };
  return { ...facts, rest: attributes.filter((attribute) => !used.has(attribute)) };
}

/** Without what the columns of the incidence say already. */
export function withoutColumns(
  attributes: readonly Attribute[],
  incidence: Readonly<Record<'appScreen' | 'eventType' | 'cartValue' | 'frictionScore', unknown>>,
): readonly Attribute[] {
  const columnOf: ReadonlyMap<string, keyof typeof incidence> = columns;
  return attributes.filter(({ key }) => {
    const column = columnOf.get(plainKey(key));
    return column === undefined || incidence[column] === null;
  });
}
