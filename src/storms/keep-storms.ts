import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import { type Delivery, rank, type DeliveryRequest } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { Log } from '../log.ts';
import * as stormStore from './storm-store.ts';

/** New cards a person can take in at once; what comes beyond is folded. */
const screenful = 10;

const everyMs = 1_000;
/** How many come out when nothing else waits: few, since what people do meanwhile is shown after them. */
const atOnce = 2;
const editEveryMs = 10_000;

export type StormKeeper = Readonly<{
  start: () => void;
  stop: () => Promise<void>;
  /** The pace holds back a lane whose next delivery is this. Only new cards fold. */
  backlogged: (next: Pick<Delivery, 'lane' | 'kind'>) => void;
}>;

/**
 * Folds new cards into a lane's storm card when more than a screenful waits, and ends the storm when it is over.
 * Asks the database nothing while no lane is backlogged.
 */
export function createStormKeeper(deps: { db: Db; wake: Wake; log: Log; now: () => Date }): StormKeeper {
  const { db, wake, log } = deps;
  const backloggedLanes = new Set<string>();
  const lastShown = new Map<string, { at: number; folded: number }>();
  let mayBeStormy = true;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let stopped = true;

  function lookSoon(): void {
    if (!timer && !looking && !stopped) timer = setTimeout(look, everyMs);
  }

  function look(): void {
    timer = undefined;
    looking = lookAfterAll()
      .catch((err: unknown) => log.warn({ err }, 'storm.failed'))
      .finally(() => {
        looking = undefined;
        if (mayBeStormy || backloggedLanes.size > 0) lookSoon();
      });
  }

  async function lookAfterAll(): Promise<void> {
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
    for (const storm of active) await lookAfter(storm);
    mayBeStormy = active.length > 0;
  }

  async function lookAfter(storm: stormStore.Storm): Promise<void> {
    const { lane } = storm;
    const now = deps.now();
    const shown = lastShown.get(lane) ?? { at: 0, folded: -1 };
    const isTimeToEdit = now.getTime() - shown.at >= editEveryMs;
    if (isTimeToEdit) await stormStore.dropHandled(db, lane, now);
    const folded = await stormStore.countFolded(db, lane);
    const waiting = await stormStore.countWaiting(db, lane);
    const isOver = folded === 0 && waiting === 0;
    if (folded > 0 && waiting === 0) await letSomeOut(lane, now);
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
   * Folding spares a chat, it hides nothing: when nothing else waits the most urgent come singly after all. Below high
   * they were told in the storm card, so what stands on a card and is no longer so is corrected first.
   */
  async function letSomeOut(lane: string, now: Date): Promise<void> {
    const upTo = (await stormStore.hasDueEdit(db, lane, now)) ? rank.high : rank.low;
    if ((await stormStore.unfold(db, lane, atOnce, { asked: false, upTo })) > 0) wake.signal('deliveries');
  }

  return {
    start: () => {
      stopped = false;
      mayBeStormy = true;
      lookSoon();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
      await looking;
    },
    backlogged: ({ lane, kind }) => {
      if (kind !== 'send_card') return;
      backloggedLanes.add(lane);
      lookSoon();
    },
  };
}

/** It stands for cards of every rank below critical, so it goes with the worst of them. */
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
