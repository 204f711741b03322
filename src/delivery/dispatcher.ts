import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import type { Log } from '../log.ts';
import type { Attempt, Delivery } from './delivery.ts';
import * as deliveryStore from './delivery-store.ts';
import { createLaneClock } from './lane-clock.ts';
import { type Limits, memoryMs, priorityOf } from './pace.ts';
import { settle } from './settle.ts';

/** Renders a delivery from the present state and says it; turns whatever comes back into our words. Never throws on purpose. */
export type Sender = (delivery: Delivery, now: Date) => Promise<Attempt>;

export type Dispatcher = Readonly<{
  /** Begins to send. `session` is the database session that holds the sender lock. */
  start: (session: Db) => void;
  /** Lets what is being sent finish; resolves when nothing is in flight. */
  stop: () => Promise<void>;
  /**
   * Runs one call to a chat ahead of the deliveries waiting there, alone in its lane and within the chat's limits.
   * Waits while the chat must be silent.
   */
  interact: <T>(lane: string, call: () => Promise<T>) => Promise<T>;
  /** How long (ms) the next `interact` in this lane would wait. */
  interactWait: (lane: string) => number;
}>;

const pollMs = 1_000;

/** The loop of the one sender: per lane the most urgent due delivery, rendered, sent, settled, recorded; lanes in parallel. */
export function createDispatcher(deps: {
  db: Db;
  wake: Wake;
  log: Log;
  send: (kind: string) => Sender | undefined;
  limits: () => Limits;
  now: () => Date;
}): Dispatcher {
  const { db, wake, log } = deps;
  const clock = createLaneClock(deps.limits);
  const busy = new Map<string, Promise<void>>();
  const lost = new Set<string>();
  const interactions = new Map<string, (() => Promise<void>)[]>();
  let session: Db | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pumping: Promise<void> | undefined;
  let pumpAgain = false;
  let unhear: (() => void) | undefined;

  function pump(): void {
    if (pumping) {
      pumpAgain = true;
      return;
    }
    pumpAgain = false;
    pumping = startNext()
      .catch((err: unknown) => log.warn({ err }, 'dispatcher.look_failed'))
      .finally(() => {
        pumping = undefined;
        if (pumpAgain) pump();
      });
  }

  async function startNext(): Promise<void> {
    clearTimeout(timer);
    const now = deps.now();
    let nextLook = now.getTime() + pollMs;
    for (const [lane, calls] of interactions) {
      const mayAt = clock.mayAt(lane, 'interactive');
      if (busy.has(lane)) continue;
      if (mayAt > now.getTime()) nextLook = Math.min(nextLook, mayAt);
      else {
        const call = calls.shift();
        if (calls.length === 0) interactions.delete(lane);
        if (call) occupy(lane, call());
      }
    }
    if (session) {
      const heads = await deliveryStore.findNextPerLane(session, [...busy.keys(), ...lost], now);
      for (const delivery of heads) {
        if (busy.has(delivery.lane) || !session) continue;
        const mayAt = clock.mayAt(delivery.lane, priorityOf(delivery.rank));
        if (mayAt > deps.now().getTime()) nextLook = Math.min(nextLook, mayAt);
        else occupy(delivery.lane, say(delivery));
      }
    }
    clearTimeout(timer);
    timer = setTimeout(pump, Math.max(nextLook - deps.now().getTime(), 1));
  }

  function occupy(lane: string, work: Promise<void>): void {
    busy.set(
      lane,
      work.finally(() => {
        busy.delete(lane);
        pump();
      }),
    );
  }

  async function say(delivery: Delivery): Promise<void> {
    const begun = performance.now();
    const attempt = await attemptTo(delivery);
    const at = deps.now();
    if (reachedOutside(attempt)) clock.went(delivery.lane, at.getTime());
    const settlement = settle(delivery, attempt, at);
    if (settlement.pause) {
      const until = settlement.pause.until.getTime();
      if (settlement.pause.scope === 'bot') clock.pauseAll(until);
      else clock.pause(delivery.lane, until);
    }
    if (settlement.lost) lost.add(delivery.lane);
    const ms = Math.round(performance.now() - begun);
    const facts = { id: delivery.id, kind: delivery.kind, lane: delivery.lane, attempt: settlement.attempts, ms };
    log.info(
      { ...facts, outcome: attempt.outcome, state: settlement.state, reason: settlement.reason },
      'delivery.attempted',
    );
    await recordUntilDone(() => deliveryStore.record(db, delivery, attempt, settlement, { at, ms }));
    wake.signal('settled');
  }

  async function attemptTo(delivery: Delivery): Promise<Attempt> {
    const send = deps.send(delivery.kind);
    if (!send) return { outcome: 'broken', reason: `nobody knows how to send ${delivery.kind}` };
    try {
      return await send(delivery, deps.now());
    } catch (err) {
      log.error({ err, id: delivery.id, kind: delivery.kind }, 'delivery.broken');
      return { outcome: 'broken', reason: err instanceof Error ? err.message : 'unknown error' };
    }
  }

  /** What was said must be written down, or it would be said again: the lane waits for the database as long as we are the sender. */
  async function recordUntilDone(write: () => Promise<void>): Promise<void> {
    for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        return await write();
      } catch (err) {
        log.warn({ err }, 'delivery.record_failed');
        if (!session) return;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  async function takeOver(taken: Db): Promise<void> {
    const now = deps.now();
    for (const { lane, at } of await deliveryStore.findSentSince(taken, new Date(now.getTime() - memoryMs))) {
      clock.went(lane, at.getTime());
    }
    lost.clear();
    for (const row of await deliveryStore.findAllLanes(taken)) {
      if (row.lostAt) lost.add(row.lane);
      if (row.pausedUntil && row.lane === deliveryStore.botLane) clock.pauseAll(row.pausedUntil.getTime());
      else if (row.pausedUntil) clock.pause(row.lane, row.pausedUntil.getTime());
    }
  }

  return {
    start: (taken) => {
      unhear = wake.on('deliveries', pump);
      takeOver(taken)
        .then(() => {
          session = taken;
          pump();
        })
        .catch((err: unknown) => log.error({ err }, 'dispatcher.takeover_failed'));
    },
    stop: async () => {
      session = undefined;
      unhear?.();
      clearTimeout(timer);
      await pumping;
      await Promise.all(busy.values());
      clearTimeout(timer);
    },
    interact: (lane, call) =>
      new Promise((resolve, reject) => {
        const calls = interactions.get(lane) ?? [];
        interactions.set(lane, calls);
        calls.push(async () => {
          try {
            resolve(await call());
          } catch (err) {
            reject(err);
          } finally {
            clock.went(lane, deps.now().getTime());
          }
        });
        pump();
      }),
    interactWait: (lane) => Math.max(0, clock.mayAt(lane, 'interactive') - deps.now().getTime()),
  };
}

function reachedOutside(attempt: Attempt): boolean {
  return attempt.outcome !== 'obsolete' && attempt.outcome !== 'broken';
}
