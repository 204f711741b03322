import type { Period } from './period.ts';

/** How many incidences carry a cart without an order, and what the carts are worth together, in CURRENCY. */
export type Carts = Readonly<{ count: number; value: number }>;

/** `score`: the mean friction score from 0 to 100; null where no incidence has one. `name` is null where it is not known. */
export type Asked = Readonly<{ name: string | null; opened: number; score: number | null }>;

/** What a screen and a stage have in common: one field of the heat map. */
export type FrictionCell = Omit<Asked, 'name'> &
  Readonly<{
    screen: string | null;
    stage: 'PRE_ORDER' | 'POST_ORDER' | null;
    /** Of what was opened there before an order. */
    carts: Carts;
  }>;

/** Who asked before an order, and how many of them ordered within a day. */
export type Conversion = Readonly<{ asked: number; ordered: number }>;

/** Carts of what was opened, and of what was lost, in a part of the period. */
export type CartStep = Readonly<{ from: Date; opened: Carts; lost: Carts }>;

/** How many guests an event has. */
export const guestBands = ['1–20', '21–50', '51–100', '101–200', 'over 200'] as const;

/** Where people get stuck, among the incidences that were opened in the period. */
export type Friction = Readonly<{
  period: Period;
  /** The busiest first, as everywhere here. */
  cells: readonly FrictionCell[];
  screens: readonly (Asked & Readonly<{ conversion: Conversion }>)[];
  events: readonly Asked[];
  /** By band, the smallest first. */
  guests: readonly Asked[];
  conversion: Conversion;
  /** Of what is not closed now, whatever the period. */
  waiting: Carts;
  /** Of what was closed without an answer to the customer, or missed, in the period. */
  lost: Carts;
  steps: readonly CartStep[];
}>;
