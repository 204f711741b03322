import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import * as inboundStore from './inbound-store.ts';

/** What came of a stored event so far. `messageId` is null until Telegram has a card that shows it. */
export type Shown = Readonly<{ incidenceId: number | null; messageId: number | null }>;

export type ShownWatch = Readonly<{
  /** Resolves when a card shows what the event told, or after `timeoutMs` with what is known by then. */
  wait: (eventId: number, timeoutMs: number) => Promise<Shown>;
}>;

const restMs = 50;

/** Lets senders of alerts wait for Telegram. All who wait share one query, made when a delivery was settled. */
export function createShownWatch(deps: { db: Db; wake: Wake; teamChats: () => readonly number[] }): ShownWatch {
  const waiting = new Map<number, (shown: Shown) => void>();
  let looking = false;
  let lookAgain = false;

  /** At once when it is quiet; in a storm, when every message is a reason to look, every few milliseconds. */
  async function look(): Promise<void> {
    if (waiting.size === 0) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    lookAgain = false;
    try {
      const shown = await inboundStore.findShown(deps.db, [...waiting.keys()], deps.teamChats());
      for (const { eventId, incidenceId, messageId } of shown) {
        if (messageId !== null) waiting.get(eventId)?.({ incidenceId, messageId });
      }
    } catch {
      // The time-out answers; the event is stored all the same.
    } finally {
      if (lookAgain) await new Promise((resolve) => setTimeout(resolve, restMs));
      looking = false;
    }
    if (lookAgain) await look();
  }

  deps.wake.on('settled', () => void look());

  return {
    wait: (eventId, timeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => void giveUp(), timeoutMs);
        waiting.set(eventId, (shown) => {
          clearTimeout(timer);
          waiting.delete(eventId);
          resolve(shown);
        });
        void look();

        async function giveUp(): Promise<void> {
          waiting.delete(eventId);
          const [known] = await inboundStore.findShown(deps.db, [eventId], deps.teamChats()).catch(() => []);
          resolve({ incidenceId: known?.incidenceId ?? null, messageId: known?.messageId ?? null });
        }
      }),
  };
}
