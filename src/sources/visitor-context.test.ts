import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { detailsOfContext, isRelayAddress, maxAttributes, mergeAttributes, readAttributes } from './visitor-context.ts';

const at = (seconds: number) => new Date(seconds * 1000);

describe('attributes are kept', () => {
  it('in one spelling, nested ones as text, and empty ones to say that there is none', () => {
    const given = {
      user_id: 'a',
      'user-id': 'b',
      n: 5,
      yes: true,
      none: null,
      nested: { x: [1] },
      ' ': 'c',
      名前: 'd',
    };
    expect(readAttributes(given, at(1))).toEqual([
      { key: 'user_id', value: 'a', at: 1000 },
      { key: 'n', value: 5, at: 1000 },
      { key: 'yes', value: true, at: 1000 },
      { key: 'none', value: '', at: 1000 },
      { key: 'nested', value: '{"x":[1]}', at: 1000 },
      { key: '名前', value: 'd', at: 1000 },
    ]);
  });

  it('whatever they are called', () => {
    const given: unknown = JSON.parse('{"__proto__": {"status": "closed"}, "constructor": 1}');
    expect(readAttributes(given, at(1)).map(({ key }) => key)).toEqual(['__proto__', 'constructor']);
    expect(Reflect.get({}, 'status')).toBeUndefined();
  });
});

describe('merging', () => {
  const attribute = fc.record({
    key: fc.constantFrom('user_tier', 'user-tier', 'cart_value', 'n1', 'n2'),
    value: fc.oneof(fc.string(), fc.integer(), fc.constant('')),
    at: fc.integer({ min: 0, max: 1_000_000 }),
  });
  const told = fc.uniqueArray(attribute, { selector: (one) => one.at, maxLength: 20 });

  it('ends the same in any order and however often', () => {
    fc.assert(
      fc.property(told, fc.infiniteStream(fc.nat()), (attributes, random) => {
        const one = (order: typeof attributes) =>
          order.reduce<ReturnType<typeof mergeAttributes>>((merged, next) => mergeAttributes(merged, [next]), []);
        const shuffled = [...attributes, ...attributes].toSorted(() => ((random.next().value ?? 0) % 2) - 0.5);
        expect(one(shuffled)).toEqual(one(attributes));
      }),
    );
  });

  it('keeps the newest, and not more than it can hold', () => {
    const many = Array.from({ length: maxAttributes + 50 }, (_, index) => ({
      key: `k${index}`,
      value: index,
      at: index,
    }));
    const merged = mergeAttributes(many.slice(0, maxAttributes), many.slice(maxAttributes));
    expect(merged).toHaveLength(maxAttributes);
    expect(merged[0]).toMatchObject({ value: maxAttributes + 49 });
    expect(merged.at(-1)).toMatchObject({ value: 50 });
  });
});

test('an order makes it post-order; one that was taken back does not', () => {
  const told = (order_id: unknown) => detailsOfContext(readAttributes({ order_id, user_tier: 'GOLD' }, at(1)));
  expect(told('order_1')).toEqual({ stage: 'POST_ORDER' });
  expect(told(null)).toEqual({ stage: 'PRE_ORDER' });
});

test.each([
  ['tickets@annapurna.p.tawk.email', true],
  ['x@tawk.email', true],
  ['X@Tawk.To', true],
  ['asha@example.com', false],
  ['asha@nottawk.email', false],
  ['asha@tawk.email.example.com', false],
])('%s is a relay address: %s', (email, isRelay) => {
  expect(isRelayAddress(email)).toBe(isRelay);
});
