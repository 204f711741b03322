import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import * as inboundStore from './inbound-store.ts';

/** The result of a stored event so far. `messageId` is null until a card in the team's chat shows it. */
export type Shown = Readonly<{ incidenceId: number | null; messageId: number | null }>;

export type ShownWatch = Readonly<{
  /** Resolves when a card shows the event, or after `timeoutMs` with what is known by then. */
  wait: (eventId: number, timeoutMs: number) => Promise<Shown>;
}>;

type Waiter = Readonly<{ eventId: number; resolve: (shown: Shown) => void }>;

const minGapMs = 50;

/** Lets the sender of an alert wait for its card. All who wait share one query, run when a delivery is settled. */
export function createShownWatch(deps: { db: Db; wake: Wake; teamChats: () => readonly number[] }): ShownWatch {
  const waiting = new Set<Waiter>();
  let isChecking = false;
  let checkAgain = false;

  /** At once in quiet times; in a storm, where every message triggers it, every 50 ms. */
  async function check(): Promise<void> {
    if (waiting.size === 0) return;
    if (isChecking) {
      checkAgain = true;
      return;
    }
    isChecking = true;
    checkAgain = false;
    try {
      const eventIds = [...new Set([...waiting].map(({ eventId }) => eventId))];
      const found = await inboundStore.findShown(deps.db, eventIds, deps.teamChats());
      const byEvent = new Map(found.map((shown) => [shown.eventId, shown]));
      for (const waiter of waiting) {
        const shown = byEvent.get(waiter.eventId);
        if (shown && shown.messageId !== null) waiter.resolve(shown);
      }
    } catch {
      // The time-out answers; the event is stored all the same.
    } finally {
      if (checkAgain) await new Promise((resolve) => setTimeout(resolve, minGapMs));
      isChecking = false;
    }
    if (checkAgain) await check();
  }

  deps.wake.on('settled', () => void check());

  return {
    wait: (eventId, timeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => void expire(), timeoutMs);
        const waiter: Waiter = {
          eventId,
          resolve: ({ incidenceId, messageId }: Shown) => {
            clearTimeout(timer);
            waiting.delete(waiter);
            resolve({ incidenceId, messageId });
          },
        };
        waiting.add(waiter);
        // Usually its own card comes first, and asking before that is in vain.
        setTimeout(() => void check(), minGapMs).unref();

        async function expire(): Promise<void> {
          waiting.delete(waiter);
          // Its card may have come, and the hint got lost.
          const [known] = await inboundStore.findShown(deps.db, [eventId], deps.teamChats()).catch(() => []);
          resolve({ incidenceId: known?.incidenceId ?? null, messageId: known?.messageId ?? null });
        }
      }),
  };
}
