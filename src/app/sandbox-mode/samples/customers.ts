/** Invented people with an invented online shop's troubles. */
export type Customer = { name: string; email: string; city: string; country: string; language: string };
export type Trouble = { reason: string; text: string; info: Record<string, string | number> };
export type Severity = 'low' | 'medium' | 'high' | 'critical';

export const CUSTOMERS: readonly Customer[] = [
  { name: 'Priya Nair', email: 'priya.nair@example.com', city: 'Kochi', country: 'IN', language: 'en' },
  { name: 'Tomás Herrera', email: 'tomas.herrera@example.org', city: 'Valparaíso', country: 'CL', language: 'es' },
  {
    name: 'Siobhán O’Neill & Co. <events>',
    email: 'siobhan@example.net',
    city: 'Galway',
    country: 'IE',
    language: 'en',
  },
  { name: 'ليلى حداد', email: 'layla.haddad@example.com', city: 'Amman', country: 'JO', language: 'ar' },
  { name: 'Kenji Watanabe', email: 'kenji.w@example.jp', city: 'Sapporo', country: 'JP', language: 'ja' },
  { name: 'Grace Adeyemi', email: 'grace.adeyemi@example.com', city: 'Lagos', country: 'NG', language: 'en' },
];

export const TROUBLES: Record<Severity, readonly Trouble[]> = {
  low: [
    {
      reason: 'QUESTION',
      text: 'Do you also deliver on Sundays? No hurry, planning ahead 🙂',
      info: { app_screen: 'delivery' },
    },
    {
      reason: 'FEEDBACK',
      text: 'The new menu page is lovely. One photo is upside down though.',
      info: { app_screen: 'menu' },
    },
  ],
  medium: [
    {
      reason: 'ORDER_DELAYED',
      text: 'My order was due at 18:00 and the tracker still says “preparing”. Guests are at the door.',
      info: { user_id: 'u_20418', order_id: 'A-77120', cart_value: 1840 },
    },
    {
      reason: 'BOT_CANNOT_HELP',
      text: 'Third time your bot sends me <b>the same link</b>. Can I talk to a person & not a script?',
      info: { user_id: 'u_11873', app_screen: 'help' },
    },
  ],
  high: [
    {
      reason: 'NEGATIVE_SENTIMENT',
      text: 'I have been charged TWICE and nobody answers. If this is not sorted today I cancel everything!!! 😡',
      info: { user_id: 'u_30092', order_id: 'A-77203', cart_value: 12400, user_tier: 'gold' },
    },
    {
      reason: 'HIGH_FRICTION',
      text: 'Checkout fails with “500 <PaymentGateway> timeout” every time. I tried five cards already.',
      info: { user_id: 'u_28110', app_screen: 'checkout', friction_score: 0.87, cart_value: 5600 },
    },
  ],
  critical: [
    {
      reason: 'PAYMENT_ISSUE',
      text: '₹48,000 left my account, the wedding is TOMORROW and there is no booking. Please call me, I am desperate 🙏',
      info: { user_id: 'u_00907', event_type: 'wedding', guest_count: 250, cart_value: 48000, user_tier: 'platinum' },
    },
    {
      reason: 'ACCOUNT_SECURITY',
      text: 'Somebody ordered from my account, from a city I have never been to. Lock it now!',
      info: { user_id: 'u_41288', app_screen: 'orders' },
    },
  ],
};

export const OPENING_LINES: readonly string[] = [
  'Hi, I placed an order an hour ago and still have no confirmation mail. Did it go through?',
  'Hello! Can I change the delivery address? I moved last week 📦',
  'The page says <strong>sold out</strong> & "notify me" does nothing: https://shop.example/items/4711?from=mail&utm_source=a-rather-long-campaign-name-that-never-ends',
  'مرحبا، لم يصلني الطلب حتى الآن. هل يمكنكم مساعدتي؟',
];

export const TICKETS: readonly { subject: string; message: string }[] = [
  {
    subject: 'Invoice for September',
    message: 'Please send the September invoice to our accountant.\n\nThanks,\nGrace',
  },
  {
    subject: 'Refund not received',
    message: 'You confirmed a refund 12 days ago. The bank has nothing. Order A-76981.',
  },
  {
    subject: 'Catering for 120 people 🎉',
    message: 'We need vegetarian & halal options. Who can I talk to about <prices>?',
  },
];

/** Somebody else each time, without remembering whom: spread by a number that grows. */
export function pick<Item>(items: readonly Item[], turn: number): Item {
  const item = items[Math.abs(turn) % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
