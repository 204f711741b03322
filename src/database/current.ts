import type { Log } from '../log.ts';
import { createLoop, type Loop } from './loop.ts';
import type { Wake } from './wake.ts';

/** What the database says, in memory. `load` reads it at once, as after a change of one's own. */
export type Current<T> = Loop & Readonly<{ value: () => T; load: () => Promise<void> }>;

/** Read again at the hint that settings changed; `createPoll` gives it within a second when it got lost. */
export function createCurrent<T>(deps: { read: () => Promise<T>; initial: T; wake: Wake; log: Log }): Current<T> {
  let value = deps.initial;
  let begun = 0;
  let applied = 0;
  const load = async () => {
    const mine = (begun += 1);
    const read = await deps.read();
    // One that began earlier and ends later may have read what was before.
    if (mine < applied) return;
    applied = mine;
    // The same object as long as nothing changed: what is made of it is kept.
    if (JSON.stringify(read) !== JSON.stringify(value)) value = read;
  };
  const loop = createLoop({
    run: async () => {
      await load();
      return undefined;
    },
    failed: (err) => deps.log.warn({ err }, 'settings.read_failed'),
    retryInMs: 1_000,
  });
  deps.wake.on('settings', () => loop.tick());
  return { ...loop, load, value: () => value };
}
