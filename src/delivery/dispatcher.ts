import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import { type Log, withoutQuotes } from '../log.ts';
import type { Attempt, Delivery } from './delivery.ts';
import * as deliveryStore from './delivery-store.ts';
import { createInteractions } from './interactions.ts';
import { createLaneClock } from './lane-clock.ts';
import { type Limits, memoryMs, priorityOf } from './pace.ts';
import { type Settlement, settle } from './settle.ts';

/** Renders a delivery from the present state and says it; turns whatever comes back into our words. */
export type Sender = (delivery: Delivery, now: Date) => Promise<Attempt>;

export type Dispatcher = Readonly<{
  /** Begins to send. `session` is the database session that holds the sender lock. */
  start: (session: Db) => void;
  /** Lets what is being sent finish; resolves when nothing is in flight. */
  stop: () => Promise<void>;
  /** Runs one call to a chat ahead of the deliveries waiting there, alone in its lane and within the chat's limits. */
  interact: <T>(lane: string, call: () => Promise<T>) => Promise<T>;
  /** How long (ms) an `interact` in this lane would wait now. */
  interactWait: (lane: string) => number;
  /** Sends again in a lane that was lost; when it still is, it is lost again. */
  tryLane: (lane: string) => void;
}>;

/** What others do about what the sender sees. */
export type DispatcherEvents = Readonly<{
  /** A new card has to wait for the chat's limits. */
  crowded: (lane: string) => void;
  /** A chat takes no more messages from us, or moved to another id. */
  lost: (lane: string, loss: NonNullable<Settlement['lost']>) => void;
  dead: (delivery: Delivery, reason: string) => void;
  /** A message we wanted to edit is no more. */
  gone: () => void;
}>;

const pollMs = 1_000;
const busyRestMs = 20;

/** The loop of the one sender: per lane the most urgent due delivery, rendered, sent, settled, recorded; lanes in parallel. */
export function createDispatcher(deps: {
  /** Its commits need not wait for the disk (docs/decisions/0013). */
  db: Db;
  wake: Wake;
  log: Log;
  send: (kind: string) => Sender | undefined;
  /** Seconds the outside told us to be silent, when that is what the error says. */
  retryAfter: (error: unknown) => number | undefined;
  /** Whether the sender lock is ours at this instant. */
  isSender: () => Promise<boolean>;
  limits: () => Limits;
  events: DispatcherEvents;
  now: () => Date;
}): Dispatcher {
  const { db, wake, log, events } = deps;
  let clock = createLaneClock(deps.limits);
  const interactions = createInteractions();
  const busy = new Map<string, Promise<void>>();
  const lost = new Set<string>();
  const onTrial = new Set<string>();
  let starting: Db | undefined;
  let session: Db | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lookAt = 0;
  let pumping: Promise<void> | undefined;
  let pumpAgain = false;
  let unhear: (() => void) | undefined;

  function pump(): void {
    pumpAgain = true;
    pumping ??= pumpUntilQuiet().finally(() => {
      pumping = undefined;
    });
  }

  /** A lane that is sending looks by itself when it is done: in a storm not every wish is a reason to look. */
  function hear(): void {
    const soon = deps.now().getTime() + busyRestMs;
    if (busy.size === 0) pump();
    else if (lookAt > soon) lookAgainAt(soon);
  }

  async function pumpUntilQuiet(): Promise<void> {
    while (pumpAgain) {
      pumpAgain = false;
      await startNext().catch((err: unknown) => log.warn({ err }, 'dispatcher.look_failed'));
    }
  }

  async function startNext(): Promise<void> {
    const now = deps.now();
    let nextLook = now.getTime() + pollMs;
    lookAgainAt(nextLook);
    const startWhenAllowed = (lane: string, mayAt: number, begin: () => Promise<void>): void => {
      if (mayAt <= deps.now().getTime()) occupy(lane, begin());
      else nextLook = Math.min(nextLook, mayAt);
    };
    // Nothing goes out before it is known what went out before us.
    for (const lane of session ? interactions.lanes() : []) {
      if (!busy.has(lane)) startWhenAllowed(lane, clock.mayAt(lane, 'interactive'), () => interactions.runNext(lane));
    }
    const heads = session ? await deliveryStore.findNextPerLane(session, [...busy.keys(), ...lost], now) : [];
    for (const delivery of heads) {
      const { lane } = delivery;
      if (busy.has(lane) || !session) continue;
      const priority = priorityOf(delivery.rank);
      const isCrowded = delivery.kind === 'send_card' && clock.paceAt(lane, priority) > deps.now().getTime();
      startWhenAllowed(lane, clock.mayAt(lane, priority), () => serve(delivery));
      if (isCrowded) events.crowded(lane);
    }
    lookAgainAt(nextLook);
  }

  function lookAgainAt(at: number): void {
    lookAt = at;
    clearTimeout(timer);
    if (starting) timer = setTimeout(pump, Math.max(at - deps.now().getTime(), 1));
  }

  function occupy(lane: string, work: Promise<void>): void {
    clock.began();
    const done = work.finally(() => {
      clock.ended();
      busy.delete(lane);
      pump();
    });
    busy.set(lane, done);
  }

  /** A lane goes on by itself while its next delivery may go at once and nobody waits for an answer there. */
  async function serve(first: Delivery): Promise<void> {
    let next: Delivery | undefined = first;
    while (next) {
      const { lane } = next;
      next = await say(next);
      const mayGoOn = session && !lost.has(lane) && !interactions.lanes().includes(lane);
      if (!next || !mayGoOn || clock.mayAt(lane, priorityOf(next.rank)) > deps.now().getTime()) return;
    }
  }

  /** Resolves with what is next in its lane. */
  async function say(delivery: Delivery): Promise<Delivery | undefined> {
    const begun = performance.now();
    const attempt = await attemptTo(delivery);
    // Whether it was said or not, another process has it now.
    if (!attempt) return undefined;
    const at = deps.now();
    if (attempt.outcome !== 'obsolete' && attempt.outcome !== 'broken') clock.went(delivery.lane, at.getTime());
    const settlement = settle(delivery, attempt, at);
    pauseFor(delivery.lane, settlement.pause, at);
    if (settlement.lost) lost.add(delivery.lane);

    const ms = Math.round(performance.now() - begun);
    const { id, kind, lane } = delivery;
    const { state, attempts, reason } = settlement;
    const facts = { id, kind, lane, attempt: attempts, outcome: attempt.outcome, state, ms };
    log.info({ ...facts, reason: reason && withoutQuotes(reason) }, 'delivery.attempted');
    const endsLoss = onTrial.has(lane);
    if (attempt.outcome === 'sent' || settlement.lost) onTrial.delete(lane);
    const next = await recordUntilDone(() =>
      deliveryStore.record(db, delivery, attempt, settlement, { at, ms, endsLoss }),
    );
    if (settlement.lost) events.lost(lane, settlement.lost);
    if (state === 'dead') events.dead(delivery, reason ?? 'unknown');
    if (attempt.outcome === 'gone') events.gone();
    wake.signal('settled');
    return next;
  }

  async function attemptTo(delivery: Delivery): Promise<Attempt | undefined> {
    const send = deps.send(delivery.kind);
    if (!send) return { outcome: 'broken', reason: `nobody knows how to send ${delivery.kind}` };
    try {
      return await send(delivery, deps.now());
    } catch (err) {
      if (!(await deps.isSender())) return undefined;
      log.error({ err, id: delivery.id, kind: delivery.kind }, 'delivery.broken');
      return {
        outcome: 'broken',
        reason: err instanceof Error ? `${err.name}: could not be rendered` : 'unknown error',
      };
    }
  }

  function pauseFor(lane: string, pause: Settlement['pause'], at: Date): void {
    if (!pause) return;
    if (pause.scope === 'bot') clock.pauseAll(pause.until.getTime());
    else clock.pause(lane, pause.until.getTime(), at.getTime());
  }

  /** What was said must be written down, or it would be said again: the lane waits for the database as long as we are the sender. */
  async function recordUntilDone<T>(write: () => Promise<T>): Promise<T | undefined> {
    for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        return await write();
      } catch (err) {
        log.warn({ err }, 'delivery.record_failed');
        if (!session) return undefined;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /** The pace goes on where the sender before us left it. */
  async function takeOver(taken: Db): Promise<void> {
    const now = deps.now().getTime();
    clock = createLaneClock(deps.limits);
    for (const { lane, at } of await deliveryStore.findSentSince(taken, new Date(now - memoryMs))) {
      clock.went(lane, at.getTime());
    }
    lost.clear();
    for (const row of await deliveryStore.findAllLanes(taken)) {
      const until = row.pausedUntil?.getTime() ?? 0;
      if (row.lostAt || row.migratedTo) lost.add(row.lane);
      if (until <= now) continue;
      if (row.lane === deliveryStore.botLane) clock.pauseAll(until);
      else clock.pause(row.lane, until, now);
    }
  }

  async function interact<T>(lane: string, call: () => Promise<T>): Promise<T> {
    const charged = () => call().finally(() => clock.went(lane, deps.now().getTime()));
    try {
      const answer = interactions.add(lane, charged);
      pump();
      return await answer;
    } catch (error) {
      const seconds = deps.retryAfter(error);
      if (seconds === undefined) throw error;
      const at = deps.now();
      const until = new Date(at.getTime() + seconds * 1000);
      clock.pause(lane, until.getTime(), at.getTime());
      await deliveryStore.pauseLane(db, lane, until);
      return interact(lane, call);
    }
  }

  function begin(taken: Db): void {
    takeOver(taken)
      .then(() => {
        if (starting !== taken) return;
        session = taken;
        pump();
      })
      .catch((err: unknown) => {
        log.error({ err }, 'dispatcher.takeover_failed');
        if (starting === taken) setTimeout(() => starting === taken && begin(taken), pollMs);
      });
  }

  return {
    start: (taken) => {
      unhear = wake.on('deliveries', hear);
      starting = taken;
      interactions.open();
      begin(taken);
    },
    stop: async () => {
      starting = undefined;
      session = undefined;
      interactions.close();
      unhear?.();
      await pumping;
      await Promise.all(busy.values());
      await pumping;
      clearTimeout(timer);
    },
    interact,
    interactWait: (lane) => Math.max(0, clock.mayAt(lane, 'interactive') - deps.now().getTime()),
    tryLane: (lane) => {
      lost.delete(lane);
      onTrial.add(lane);
      pump();
    },
  };
}
