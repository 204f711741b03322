import type { Db } from '../database/connect.ts';
import { createLoop } from '../database/loop.ts';
import type { Wake } from '../database/wake.ts';
import { type Delivery, rank, type DeliveryRequest } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { Log } from '../log.ts';
import * as stormStore from './storm-store.ts';

/** New cards a person can take in at once; what comes beyond is folded. */
const screenful = 10;

const everyMs = 1_000;
/** How many are released when nothing else waits: few, since edits of other cards wait for them. */
const atOnce = 2;
const editEveryMs = 10_000;

export type StormController = Readonly<{
  start: () => void;
  stop: () => Promise<void>;
  /** The pace holds back a lane whose next delivery is this. Only new cards fold. */
  backlogged: (next: Pick<Delivery, 'lane' | 'kind'>) => void;
}>;

/**
 * Folds new cards into a lane's storm card when more than a screenful waits, and ends the storm when it is over.
 * Asks the database nothing while no lane is backlogged.
 */
export function createStormController(deps: { db: Db; wake: Wake; log: Log; now: () => Date }): StormController {
  const { db, wake, log } = deps;
  const backloggedLanes = new Set<string>();
  const lastShown = new Map<string, { at: number; folded: number }>();
  const loop = createLoop({
    run: checkStorms,
    failed: (err) => log.warn({ err }, 'storm.failed'),
    retryInMs: everyMs,
    firstInMs: everyMs,
  });

  /** Resolves with the ms until the next check; undefined while there is no storm. */
  async function checkStorms(): Promise<number | undefined> {
    for (const lane of backloggedLanes) {
      backloggedLanes.delete(lane);
      const folded = await db.transaction().execute(async (trx) => {
        const surplus = await stormStore.foldSurplus(trx, lane, screenful);
        if (surplus) await stormStore.grow(trx, { lane, ...surplus }, deps.now());
        return surplus?.folded;
      });
      if (folded) log.info({ lane, folded }, 'storm.folded');
    }
    const active = await stormStore.findAllActive(db);
    for (const storm of active) await update(storm);
    return active.length > 0 ? everyMs : undefined;
  }

  async function update(storm: stormStore.Storm): Promise<void> {
    const { lane } = storm;
    const now = deps.now();
    const shown = lastShown.get(lane) ?? { at: 0, folded: -1 };
    const isTimeToEdit = now.getTime() - shown.at >= editEveryMs;
    if (isTimeToEdit) await stormStore.dropHandled(db, lane, now);
    const folded = await stormStore.countFolded(db, lane);
    const waiting = await stormStore.countWaiting(db, lane);
    const isOver = folded === 0 && waiting === 0;
    if (folded > 0 && waiting === 0) await releaseFolded(lane, now);
    if (isOver) {
      await stormStore.end(db, storm.id, now);
      lastShown.delete(lane);
      log.info({ lane, folded: storm.folded }, 'storm.over');
    } else {
      if (!isTimeToEdit || folded === shown.folded) return;
      lastShown.set(lane, { at: now.getTime(), folded });
    }
    await deliveryStore.enqueue(db, [stormCard(storm)], now);
    wake.signal('deliveries');
  }

  /**
   * Folding protects a chat but hides nothing: when nothing else waits, the most urgent cards are sent singly after all.
   * The storm card counts those below high, so outdated cards are corrected first.
   */
  async function releaseFolded(lane: string, now: Date): Promise<void> {
    const upTo = (await stormStore.hasDueEdit(db, lane, now)) ? rank.high : rank.low;
    if ((await stormStore.unfold(db, lane, atOnce, { asked: false, upTo })) > 0) wake.signal('deliveries');
  }

  return {
    start: loop.start,
    stop: loop.stop,
    backlogged: ({ lane, kind }) => {
      if (kind !== 'send_card') return;
      backloggedLanes.add(lane);
      loop.tick(everyMs);
    },
  };
}

/** It represents cards of every rank below critical, so it has the rank of the most urgent. */
export function stormCard(storm: stormStore.Storm): DeliveryRequest {
  return {
    lane: storm.lane,
    kind: 'storm_card',
    subject: `storm:${storm.id}`,
    rank: rank.high,
    incidenceId: null,
    payload: { stormId: storm.id },
  };
}
