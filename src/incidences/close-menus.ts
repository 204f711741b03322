import type { Db } from '../database/connect.ts';
import { createLoop, type Loop } from '../database/loop.ts';
import type { Wake } from '../database/wake.ts';
import { rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { Log } from '../log.ts';
import * as cardStore from './card-store.ts';
import { editCard } from './plan-deliveries.ts';

const everyMs = 5_000;

/** Takes every card of the incidence out of its tag menu. */
export async function closeTagMenus(db: Db, incidenceId: number, now: Date): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const cards = await cardStore.closeTagMenus(trx, incidenceId);
    await deliveryStore.enqueue(
      trx,
      cards.map((card) => editCard(card)),
      now,
    );
  });
}

/**
 * Every few seconds: menus that were not used for a while are closed, once nothing else waits for the chat.
 * The menu is in the database, so it closes after a restart too.
 */
export function createMenuCloser({ db, wake, log, now }: { db: Db; wake: Wake; log: Log; now: () => Date }): Loop {
  async function closeIdle(): Promise<void> {
    // One query while there is nothing to do, instead of a transaction's three.
    if (!(await cardStore.hasIdleMenu(db, now()))) return;
    const closed = await db.transaction().execute(async (trx) => {
      const cards = await cardStore.closeIdleMenus(trx, now());
      await deliveryStore.enqueue(
        trx,
        cards.map((card) => editCard(card, rank.document)),
        now(),
      );
      return cards.length;
    });
    if (closed > 0) wake.signal('deliveries');
  }

  return createLoop({
    run: async () => {
      await closeIdle();
      return everyMs;
    },
    failed: (err) => log.warn({ err }, 'menu.close_failed'),
    retryInMs: everyMs,
    firstInMs: everyMs,
  });
}
