import type { Db } from '../database/connect.ts';
import type { Carts, Friction } from './friction.ts';
import * as frictionStore from './friction-store.ts';
import { type Period, stepsOf } from './period.ts';

const none: Carts = { count: 0, value: 0 };

/** Where people got stuck in a period, and what their carts are worth. */
export async function countFriction(db: Db, period: Period, zone: string): Promise<Friction> {
  const beginnings = stepsOf(period, zone);
  const [asked, waiting, lost] = await Promise.all([
    frictionStore.countAsked(db, period, beginnings),
    frictionStore.countWaiting(db),
    frictionStore.countLost(db, period, beginnings),
  ]);
  const { steps, ...from } = asked;
  return {
    period,
    ...from,
    waiting,
    lost: lost.all,
    steps: beginnings.map((beginning, index) => ({
      from: beginning,
      opened: steps.get(index + 1) ?? none,
      lost: lost.steps.get(index + 1) ?? none,
    })),
  };
}
