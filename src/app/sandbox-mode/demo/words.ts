import type { Severity } from '../samples/customers.ts';

/** What customers write, by how bad it is; the first word is the reason of an alert. */
export const demoTroubles: Readonly<Record<Severity, readonly (readonly [reason: string, text: string])[]>> = {
  low: [
    ['QUESTION', 'Do you also deliver on Sundays? No hurry, planning ahead 🙂'],
    ['QUESTION', 'Can I see the vegetarian menu for a wedding of 150 somewhere?'],
    ['FEEDBACK', 'The new menu page is lovely. One photo is upside down though.'],
    ['QUESTION', 'Which platter do you suggest for a birthday with forty children?'],
  ],
  medium: [
    ['ORDER_DELAYED', 'My order was due at 18:00 and the tracker still says “preparing”. Guests are at the door.'],
    ['BOT_CANNOT_HELP', 'Third time your bot sends me the same link. Can I talk to a person?'],
    ['CHANGE_REQUEST', 'I need to change the delivery address of tomorrow’s catering. How?'],
    ['INVOICE', 'Our accountant needs the invoice with the company’s name on it.'],
    ['HIGH_FRICTION', 'The guest count jumps back to 20 whenever I change the menu.'],
  ],
  high: [
    ['NEGATIVE_SENTIMENT', 'I have been charged twice and nobody answers. If this is not sorted today I cancel!'],
    ['HIGH_FRICTION', 'Checkout fails with “PaymentGateway timeout” every time. I tried five cards already.'],
    ['REFUND', 'You confirmed my refund 12 days ago. The bank has nothing. Where is my money?'],
    ['COMPLAINT', 'Half of the starters were missing last night. This is unacceptable.'],
  ],
  critical: [
    ['PAYMENT_ISSUE', '₹48,000 left my account, the wedding is tomorrow and there is no booking. Please call me!'],
    ['ACCOUNT_SECURITY', 'Somebody ordered from my account, from a city I have never been to. It was hacked.'],
    ['FOOD_SAFETY', 'Two guests had an allergic reaction to the dessert. We are at the hospital.'],
  ],
};

export const stormText = [
  'HIGH_FRICTION',
  'Payment fails at the last step: “Gateway unavailable”. Is it you or my bank?',
] as const;

/** Screens of the shop before an order; how often people ask from there, and how hard it is. */
export const demoScreens: readonly Readonly<{ name: string; weight: number; friction: number }>[] = [
  { name: 'checkout', weight: 9, friction: 0.82 },
  { name: 'payment', weight: 7, friction: 0.74 },
  { name: 'menu', weight: 5, friction: 0.31 },
  { name: 'guest count', weight: 4, friction: 0.58 },
  { name: 'delivery', weight: 3, friction: 0.44 },
  { name: 'home', weight: 2, friction: 0.15 },
];
export const demoEvents: readonly Readonly<{ name: string; guests: number; cart: number }>[] = [
  { name: 'wedding', guests: 180, cart: 62_000 },
  { name: 'birthday', guests: 35, cart: 11_000 },
  { name: 'corporate lunch', guests: 60, cart: 24_000 },
  { name: 'housewarming', guests: 25, cart: 9_000 },
];
export const demoTags = ['payment', 'refund', 'delivery', 'vip', 'allergy', 'invoice', 'wedding'] as const;
export const demoInboxes = [
  { id: 12, name: 'Shop website' },
  { id: 14, name: 'WhatsApp' },
  { id: 15, name: 'support@shop.example' },
] as const;
export const demoAnswers = [
  'Hello, I am looking at your order right now.',
  'Sorry for the trouble! I have asked the kitchen and will be back in ten minutes.',
  'Thanks for waiting. It is booked, and the confirmation is on its way to your e-mail.',
] as const;
export const demoNotes = [
  'Called back, all is well',
  'Refund started',
  'Kitchen informed',
  'Bank confirmed the double charge',
] as const;
