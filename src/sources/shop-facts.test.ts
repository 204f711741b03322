import { expect, test } from 'vitest';
import { shopFacts, withoutColumns } from './shop-facts.ts';

const listOf = (attributes: Record<string, unknown>) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value }));

test('finds what has a line of its own, in any spelling, and leaves the rest', () => {
  const given = {
    'User-Tier': 'GOLD',
    guestCount: 100,
    event_date: 'soon',
    orders: 'many',
    ltv: '₹1,50,000',
    dish: 'Thali',
  };
  expect(shopFacts(listOf(given))).toEqual({
    tier: 'GOLD',
    guests: '100',
    eventDate: 'soon',
    orders: 'many',
    lifetimeValue: 150_000,
    rest: [{ key: 'dish', value: 'Thali' }],
  });
});

test('what cannot be read stays with the rest', () => {
  const given = listOf({ lifetime_value: 'much', user_tier: { deep: true } });
  expect(shopFacts(given)).toMatchObject({ tier: undefined, lifetimeValue: undefined, rest: given });
});

test('leaves out what stands in a column', () => {
  const columns = { appScreen: 'CART', eventType: null, cartValue: null, frictionScore: 0 };
  const given = listOf({ current_screen: 'CART', 'cart-value': '-5', friction_score: 0, dish: 'Thali' });
  expect(withoutColumns(given, columns).map(({ key }) => key)).toEqual(['cart-value', 'dish']);
});
