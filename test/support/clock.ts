import { quiet, type Product } from './product.ts';
import { waitUntil } from './wait.ts';

/** A clock that only the test moves, for products started with `now: clock.now`. */
export type Clock = Readonly<{
  now: () => Date;
  move: (seconds: number) => void;
  /** Moves on; resolves when everything that is due by then was done and sent. */
  pass: (product: Product, seconds: number) => Promise<void>;
}>;

export function createClock(start: string): Clock {
  let at = Date.parse(start);
  const now = () => new Date(at);
  const move = (seconds: number) => {
    at += seconds * 1000;
  };
  return {
    now,
    move,
    pass: async (product, seconds) => {
      move(seconds);
      await waitUntil(async () => {
        // As another process would: nobody polls for what is due.
        await product.rows(`select pg_notify('bellhop_wake', 'the-test deliveries')`);
        const overdue = await product.rows(
          `select 1 from incidences where next_due_at <= $1
           union all select 1 from duty where ended_at is null and until <= $1`,
          now(),
        );
        return overdue.length === 0;
      });
      await quiet(product);
    },
  };
}
