import type { Db } from '../database/connect.ts';
import { isRefusal } from '../database/refusal.ts';
import type { Wake } from '../database/wake.ts';
import { type Log, withoutQuotes } from '../log.ts';
import { type Attempt, type Delivery, rank } from './delivery.ts';
import * as deliveryStore from './delivery-store.ts';
import { createLaneClock } from './lane-clock.ts';
import { type Limits, memoryMs, priorityOf } from './pace.ts';
import { countsAsSent, type AttemptRecord, type Settlement, settle, unrecordable } from './settle.ts';
import { createTurns } from './turns.ts';

/** Renders a delivery from the present state and says it; turns whatever comes back into our words. */
export type Sender = (delivery: Delivery, now: Date) => Promise<Attempt>;

export type Dispatcher = Readonly<{
  /** Begins to send. `session` is the database session that holds the sender lock. */
  start: (session: Db) => void;
  /** Lets what is being sent finish; resolves when nothing is in flight. */
  stop: () => Promise<void>;
  /**
   * Runs one call to a chat ahead of all but the critical deliveries waiting there, alone in its lane and within the
   * chat's limits. `isNeeded` is asked at its turn; where it no longer is, nothing is called and the result is undefined.
   */
  interact: <T>(lane: string, call: () => Promise<T>, isNeeded?: () => Promise<boolean>) => Promise<T | undefined>;
  /** How long (ms) an `interact` in this lane would wait now. */
  interactWait: (lane: string) => number;
  /** Sends again in a lane that was lost; when it still is, it is lost again. */
  tryLane: (lane: string) => void;
  /** The outside answers again: lanes that wait because of unanswered calls go on at once. */
  resumeHeld: () => void;
}>;

/** What others do about what the sender sees. */
export type DispatcherEvents = Readonly<{
  /** The pace holds back the next delivery of a lane. */
  backlogged: (next: Delivery) => void;
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
  /** By kind of delivery. */
  senders: Readonly<Record<string, Sender>>;
  /** Seconds the outside told us to be silent, when that is what the error says. */
  retryAfter: (error: unknown) => number | undefined;
  /** Whether the sender lock is ours at this instant. */
  isSender: () => Promise<boolean>;
  limits: () => Limits;
  events: DispatcherEvents;
  now: () => Date;
}): Dispatcher {
  const { db, wake, log, events } = deps;
  const busy = new Map<string, Promise<void>>();
  const lost = new Set<string>();
  let clock = createLaneClock(deps.limits, () => busy.keys());
  let turns = createTurns();
  let session: Db | undefined;
  let running = Promise.resolve();
  let look = Promise.withResolvers<void>();
  let lookSoon: NodeJS.Timeout | undefined;
  let unhear: (() => void) | undefined;

  const nowMs = () => deps.now().getTime();
  const mayGoAt = ({ lane, rank }: Delivery) => clock.allowedAt(lane, priorityOf(rank));

  async function run(taken: Db): Promise<void> {
    let isPaced = false;
    while (session === taken) {
      look = Promise.withResolvers();
      let lookAt = nowMs() + pollMs;
      try {
        // Nothing goes out before it is known what went out before us.
        if (!isPaced) await restorePace(taken);
        isPaced = true;
        lookAt = Math.min(lookAt, await startNext(taken));
      } catch (err) {
        log.warn({ err }, 'dispatcher.look_failed');
      }
      const rest = setTimeout(look.resolve, Math.max(lookAt - nowMs(), 1));
      await look.promise;
      clearTimeout(rest);
    }
  }

  /** A lane that is sending looks by itself when it is done: in a storm not every wish is a reason to look. */
  function hear(): void {
    if (busy.size === 0) return look.resolve();
    lookSoon ??= setTimeout(() => {
      lookSoon = undefined;
      look.resolve();
    }, busyRestMs);
  }

  /** Resolves with when (ms) the next lane may go. */
  async function startNext(taken: Db): Promise<number> {
    let nextAt = Number.POSITIVE_INFINITY;
    const startWhenAllowed = (lane: string, mayAt: number, begin: () => Promise<void>): void => {
      if (mayAt <= nowMs()) occupy(lane, begin());
      else nextAt = Math.min(nextAt, mayAt);
    };
    // The session's own answer first: a process that lost the lock grants nobody a turn.
    const due = await deliveryStore.findNextPerLane(taken, [...busy.keys(), ...lost], deps.now());
    if (session !== taken) return nextAt;
    // Nobody's commands hold up a critical: what they say waits until it has been sent.
    const first = new Set(due.filter((next) => next.rank === rank.critical).map((next) => next.lane));
    for (const lane of turns.lanes()) {
      if (busy.has(lane) || first.has(lane)) continue;
      startWhenAllowed(lane, clock.allowedAt(lane, 'interactive'), () => turns.grantNext(lane));
    }
    for (const next of due) {
      if (busy.has(next.lane)) continue;
      const isHeldBack = clock.paceAllowsAt(next.lane, priorityOf(next.rank)) > nowMs();
      startWhenAllowed(next.lane, mayGoAt(next), () => serve(next));
      if (isHeldBack) events.backlogged(next);
    }
    return nextAt;
  }

  function occupy(lane: string, work: Promise<void>): void {
    const whenDone = () => {
      busy.delete(lane);
      look.resolve();
    };
    busy.set(lane, work.finally(whenDone));
  }

  /** A lane goes on by itself while its next delivery may go at once and, unless that is critical, nobody waits there. */
  async function serve(first: Delivery): Promise<void> {
    const isNext = (next: Delivery) =>
      session && !lost.has(next.lane) && (next.rank === rank.critical || !turns.lanes().includes(next.lane));
    let next = await say(first);
    while (next && isNext(next) && mayGoAt(next) <= nowMs()) next = await say(next);
  }

  /** Resolves with what is next in its lane. */
  async function say(delivery: Delivery): Promise<Delivery | undefined> {
    const { id, kind, lane } = delivery;
    const begun = performance.now();
    const attempt = await attemptTo(delivery);
    // Whether it was said or not, another process has it now.
    if (!attempt) return undefined;
    const at = deps.now();
    if (countsAsSent(attempt)) clock.noteSent(lane, { at: at.getTime(), priority: priorityOf(delivery.rank) });
    const settlement = settle(delivery, attempt, at);
    const { pause, holdUntil, lost: loss } = settlement;
    if (pause) clock.pause(pause.lane, pause.until.getTime(), at.getTime());
    if (holdUntil) clock.hold(lane, holdUntil.getTime());
    if (loss) lost.add(lane);

    const ms = Math.round(performance.now() - begun);
    const { next, done } = await recordUntilDone({ delivery, attempt, settlement, at, ms });
    const { state, attempts, reason } = done.settlement;
    const facts = { id, kind, lane, attempt: attempts, outcome: attempt.outcome, state, ms };
    log.info({ ...facts, reason: reason && withoutQuotes(reason) }, 'delivery.attempted');
    if (loss) events.lost(lane, loss);
    if (state === 'dead') events.dead(delivery, reason ?? 'unknown');
    if (attempt.outcome === 'gone') events.gone();
    wake.signal('settled');
    return next;
  }

  async function attemptTo(delivery: Delivery): Promise<Attempt | undefined> {
    const send = deps.senders[delivery.kind];
    if (!send) return { outcome: 'broken', reason: `no sender for deliveries of kind ${delivery.kind}` };
    try {
      return await send(delivery, deps.now());
    } catch (err) {
      if (!(await deps.isSender())) return undefined;
      log.error({ err, id: delivery.id, kind: delivery.kind }, 'delivery.broken');
      return { outcome: 'broken', reason: `${err instanceof Error ? err.name : 'error'}: could not be rendered` };
    }
  }

  /**
   * What was said must be written down, or it would be said again: the lane waits for the database as long as we are
   * the sender. What the database will never take ends the delivery, where people see it.
   */
  async function recordUntilDone(done: AttemptRecord): Promise<{ done: AttemptRecord; next?: Delivery | undefined }> {
    let given = done;
    for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        return { done: given, next: await deliveryStore.record(db, given) };
      } catch (err) {
        log.warn({ err, id: done.delivery.id }, 'delivery.record_failed');
        if (!session) return { done: given };
        if (isRefusal(err)) given = unrecordable(given);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /** The pace goes on where the sender before us left it. */
  async function restorePace(taken: Db): Promise<void> {
    const now = nowMs();
    clock = createLaneClock(deps.limits, () => busy.keys());
    for (const { lane, at, priority } of await deliveryStore.findSentSince(taken, new Date(now - memoryMs))) {
      clock.noteSent(lane, { at: at.getTime(), priority });
    }
    lost.clear();
    for (const row of await deliveryStore.findBlockedLanes(taken, new Date(now))) {
      if (row.lostAt || row.migratedTo) lost.add(row.lane);
      if (row.pausedUntil && row.pausedUntil.getTime() > now) clock.pause(row.lane, row.pausedUntil.getTime(), now);
    }
  }

  async function interact<T>(
    lane: string,
    call: () => Promise<T>,
    isNeeded?: () => Promise<boolean>,
  ): Promise<T | undefined> {
    const turn = turns.wait(lane);
    look.resolve();
    const end = await turn;
    let isCalled = false;
    try {
      if (isNeeded && !(await isNeeded())) return undefined;
      isCalled = true;
      return await call();
    } catch (error) {
      const seconds = deps.retryAfter(error);
      if (seconds === undefined) throw error;
      const until = nowMs() + seconds * 1000;
      clock.pause(lane, until, nowMs());
      await deliveryStore.pauseLane(db, lane, new Date(until));
    } finally {
      const at = deps.now();
      if (isCalled) {
        clock.noteSent(lane, { at: at.getTime(), priority: 'interactive' });
        await deliveryStore
          .noteAnswer(db, lane, at)
          .catch((err: unknown) => log.warn({ err }, 'dispatcher.note_failed'));
      }
      end();
    }
    return interact(lane, call, isNeeded);
  }

  return {
    start: (taken) => {
      unhear = wake.on('deliveries', hear);
      session = taken;
      turns = createTurns();
      running = run(taken);
    },
    stop: async () => {
      session = undefined;
      turns.close();
      unhear?.();
      look.resolve();
      await running;
      await Promise.all(busy.values());
    },
    interact,
    interactWait: (lane) => Math.max(0, clock.allowedAt(lane, 'interactive') - nowMs()),
    tryLane: (lane) => {
      lost.delete(lane);
      look.resolve();
    },
    resumeHeld: () => {
      clock.releaseHeld();
      look.resolve();
    },
  };
}
