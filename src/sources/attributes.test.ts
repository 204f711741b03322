import { describe, expect, it } from 'vitest';
import { contextFromAttributes, instantOf, listAttributes, numberOf } from './attributes.ts';

describe('numberOf', () => {
  it.each<[unknown, number | undefined]>([
    [25000, 25000],
    ['25000', 25000],
    ['₹25,000', 25000],
    ['Rs. 1,50,000.50', 150000.5],
    ['25 000 INR', 25000],
    ['$100', 100],
    ['0,82', 0.82],
    ['1.234,56', 1234.56],
    ['-5', -5],
    ['0.82', 0.82],
    ['214s', 214],
    ['', undefined],
    [' ', undefined],
    ['NaN', undefined],
    ['abc', undefined],
    ['1e309', undefined],
    ['999999999999999999999', undefined],
    ['2026-05-15', undefined],
    [null, undefined],
    [Number.NaN, undefined],
    [Infinity, undefined],
    [true, undefined],
    [['25000'], undefined],
    ['1'.repeat(5000), undefined],
  ])('%j → %s', (value, expected) => {
    expect(numberOf(value)).toBe(expected);
  });
});

describe('instantOf', () => {
  it.each<[unknown, string | undefined]>([
    ['2025-01-19T18:30:00Z', '2025-01-19T18:30:00.000Z'],
    ['2025-01-19T18:30:00.123+05:30', '2025-01-19T13:00:00.123Z'],
    ['2025-01-19T18:30:00+0530', '2025-01-19T13:00:00.000Z'],
    ['2025-01-19T18:30:00.123456', '2025-01-19T18:30:00.123Z'],
    ['2025-01-19 18:30:00', '2025-01-19T18:30:00.000Z'],
    ['2025-01-19', '2025-01-19T00:00:00.000Z'],
    [1773480413, '2026-03-14T09:26:53.000Z'],
    [1773480414.001214, '2026-03-14T09:26:54.001Z'],
    [1773480513589, '2026-03-14T09:28:33.589Z'],
    ['1773480413', '2026-03-14T09:26:53.000Z'],
    ['yesterday', undefined],
    ['2025-99-99T00:00:00Z', undefined],
    ['', undefined],
    [0, undefined],
    [1e300, undefined],
    [null, undefined],
    [{}, undefined],
  ])('%j → %s', (value, expected) => {
    expect(instantOf(value)?.toISOString()).toBe(expected);
  });
});

describe('contextFromAttributes', () => {
  const fields = { appScreen: 'CHECKOUT', cartValue: 25000, eventType: 'WEDDING', frictionScore: 0.82 };

  it('reads underscores, dashes and capitals alike', () => {
    const underscores = {
      current_screen: 'CHECKOUT',
      cart_value: '₹25,000',
      event_type: 'WEDDING',
      friction_score: '0.82',
    };
    const dashes = {
      'current-screen': 'CHECKOUT',
      'cart-value': 25000,
      'event-type': 'WEDDING',
      'friction-score': 0.82,
    };
    const camel = { appScreen: 'CHECKOUT', cartValue: '25000', eventType: 'WEDDING', frictionScore: '0.82' };
    const pairs = Object.entries(underscores).map(([key, value]) => ({ key, value }));
    for (const attributes of [underscores, dashes, camel, pairs]) {
      expect(contextFromAttributes(attributes)).toEqual({ stage: 'PRE_ORDER', ...fields });
    }
  });

  it('knows the stage only from attributes', () => {
    expect(contextFromAttributes({ order_id: 'ORD-8841' })).toEqual({
      stage: 'POST_ORDER',
      additionalInfo: { order_id: 'ORD-8841' },
    });
    expect(contextFromAttributes({ user_id: 'u' }).stage).toBe('PRE_ORDER');
    for (const nothing of [undefined, null, '', 'user_id=5', 7, {}, [], [null, 'x', { key: 5 }]]) {
      expect(contextFromAttributes(nothing)).toEqual({});
    }
  });

  it('keeps what fits no field where people see it', () => {
    expect(
      contextFromAttributes({ cart_value: '1e309', friction_score: '-5', current_screen: true, a: { b: [1] } }),
    ).toEqual({
      stage: 'PRE_ORDER',
      additionalInfo: { cart_value: '1e309', friction_score: '-5', current_screen: 'true', a: '{"b":[1]}' },
    });
  });
});

describe('listAttributes', () => {
  it('is safe with keys that would touch a prototype', () => {
    const attributes: unknown = JSON.parse('{"__proto__":{"x":1},"constructor":"y","toString":"z","user_id":"u"}');
    const listed = listAttributes(attributes);
    expect(Object.entries(listed ?? {})).toEqual([
      ['constructor', 'y'],
      ['toString', 'z'],
      ['user_id', 'u'],
    ]);
    expect(Object.getPrototypeOf(listed)).toBe(Object.prototype);
  });

  it('lists at most 20, clips values to 200, leaves out null and empty ones', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`key${i}`, 'x'.repeat(500)]));
    const listed = listAttributes({ none: null, empty: '', ...many }) ?? {};
    expect(Object.keys(listed)).toHaveLength(20);
    expect(listed['key0']).toHaveLength(200);
  });

  it('survives a value too deep to print', () => {
    const deep: unknown = JSON.parse(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`);
    expect(listAttributes(deep)).toEqual({ a: '…' });
  });
});

it.each<[unknown, number | undefined]>([
  [25000, 25000],
  ['2.5e3', 2500],
  ['-4', -4],
  ['1,50,000.50', 150_000.5],
  ['1.234,5', 1234.5],
  ['25 000', 25_000],
  ["25'000", 25_000],
  ['25_000', 25_000],
  ['Rs. 500', 500],
  ['500 EUR', 500],
  [`1${' '.repeat(40)}`, undefined],
  [2e15, undefined],
])('the number table: %j is %j', (written, number) => {
  expect(numberOf(written)).toBe(number);
});

it.each<[unknown, string | undefined]>([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T08:00', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31 08:00:00.5', '2026-01-31T08:00:00.500Z'],
  ['2026-01-31T08:00:00+05:30', '2026-01-31T02:30:00.000Z'],
  ['2026-01-31 08:00:00 +0530', '2026-01-31T02:30:00.000Z'],
  [1_769_846_400, '2026-01-31T08:00:00.000Z'],
  ['1769846400000', '2026-01-31T08:00:00.000Z'],
  [Date.UTC(2200), undefined],
])('the time table: %j is %j', (written, iso) => {
  expect(instantOf(written)?.toISOString()).toBe(iso);
});
