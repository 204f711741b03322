import * as deliveryStore from './delivery-store.ts';
import type { WorkerDeps } from './lane-worker.ts';
import type { TakeTurn } from './turns.ts';

/**
 * Runs one call to a chat ahead of all but the critical deliveries waiting there, alone in its lane and within the
 * chat's limits. `isNeeded` is called at its turn; if it is no longer needed, nothing is called and the result is
 * undefined.
 */
export type Interact = <T>(
  lane: string,
  call: () => Promise<T>,
  isNeeded?: () => Promise<boolean>,
) => Promise<T | undefined>;

/** How many seconds the external system asked us to wait, if that is what the error says. */
export type RetryAfter = (error: unknown) => number | undefined;

type Deps = Pick<WorkerDeps, 'db' | 'log' | 'now'> &
  Readonly<{
    retryAfter: RetryAfter;
    takeTurn: TakeTurn;
  }>;

/** Answers to people, between the deliveries of a lane. */
export function createInteract({ db, log, now, retryAfter, takeTurn }: Deps): Interact {
  async function noteAnswer(lane: string, at: Date): Promise<void> {
    await deliveryStore.noteAnswer(db, lane, at).catch((err: unknown) => log.warn({ err }, 'dispatcher.note_failed'));
  }

  return async function interact(lane, call, isNeeded) {
    const { term, end } = await takeTurn(lane);
    let isCalled = false;
    try {
      if (isNeeded && !(await isNeeded())) return undefined;
      isCalled = true;
      return await call();
    } catch (error) {
      const seconds = retryAfter(error);
      if (seconds === undefined) throw error;
      const until = now().getTime() + seconds * 1000;
      term.clock.pause(lane, until, now().getTime());
      await deliveryStore.pauseLane(db, lane, new Date(until));
    } finally {
      const at = now();
      if (isCalled) {
        term.clock.noteSent(lane, { at: at.getTime(), priority: 'interactive' });
        await noteAnswer(lane, at);
      }
      end();
    }
    return interact(lane, call, isNeeded);
  };
}
