import { demoEvents, demoScreens } from './words.ts';
import type { Chance } from './random.ts';

/** What the shop's app knows of a customer who asks for help; those who have ordered name the order. */
export function demoContext(chance: Chance, screenName?: string): Readonly<Record<string, string | number>> {
  if (screenName === undefined && chance.happens(0.3)) {
    const order = { order_id: `A-${76_000 + Math.floor(chance.next() * 3_000)}`, current_screen: 'orders' };
    return { ...order, friction_score: round(0.2 + chance.next() * 0.3) };
  }
  const screen = demoScreens.find(({ name }) => name === screenName) ?? pickScreen(chance);
  const event = chance.pick(demoEvents);
  const guests = Math.round(chance.around(event.guests, 1.8));
  return {
    current_screen: screen.name,
    friction_score: round(Math.min(1, Math.max(0.02, screen.friction + (chance.next() - 0.5) * 0.3))),
    event_type: event.name,
    guest_count: guests,
    cart_value: Math.round((event.cart * guests) / event.guests / 100) * 100,
    user_tier: chance.pick(['silver', 'gold', 'platinum']),
  };
}

function pickScreen(chance: Chance) {
  return chance.pick(demoScreens.flatMap((screen) => Array.from({ length: screen.weight }, () => screen)));
}

function round(score: number): number {
  return Math.round(score * 100) / 100;
}
