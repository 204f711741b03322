import { EventEmitter } from 'node:events';
import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import { createDeliverNow, type DeliverNow } from './deliver-now.ts';
import { type Delivery, rank } from './delivery.ts';
import * as deliveryStore from './delivery-store.ts';
import { createInteract, type Interact, type RetryAfter } from './interact.ts';
import { createLaneClock } from './lane-clock.ts';
import { serveLane, type Term, type WorkerDeps } from './lane-worker.ts';
import { type Limits, memoryMs, priorityOf } from './pace.ts';
import type { AttemptRecord, Settlement } from './settle.ts';
import { createTurns, NotSending, type TakeTurn } from './turns.ts';

export type Dispatcher = Readonly<{
  /** Begins to send. `session` is the database session that holds the sender lock. */
  start: (session: Db) => void;
  /** Lets calls in flight finish; resolves when there are none. */
  stop: () => Promise<void>;
  interact: Interact;
  deliverNow: DeliverNow;
  /** How long (ms) an `interact` in this lane would wait now. */
  interactWait: (lane: string) => number;
  /** Sends again in a lost lane; if it still refuses, it is lost again. */
  retryLostLane: (lane: string) => void;
  /** The external system answers again: lanes that back off because of unanswered calls resume at once. */
  resumeBackedOffLanes: () => void;
  events: EventEmitter<DispatcherEvents>;
}>;

type DispatcherEvents = {
  attempted: [done: AttemptRecord];
  /** The pace holds back the next delivery of a lane. */
  backlogged: [next: Delivery];
  /** A lane accepts no more messages from us, or moved. */
  lost: [lane: string, loss: NonNullable<Settlement['lost']>];
  dead: [delivery: Delivery, reason: string];
  /** A message to edit no longer exists. */
  gone: [];
};

const pollMs = 1_000;
const busyRestMs = 20;

/** The loop of the one sender: starts the most urgent due delivery of every lane that may send now, lanes in parallel. */
export function createDispatcher(
  deps: Omit<WorkerDeps, 'attempted'> &
    Readonly<{
      wake: Wake;
      retryAfter: RetryAfter;
      limits: () => Limits;
    }>,
): Dispatcher {
  const { wake, log } = deps;
  const events = new EventEmitter<DispatcherEvents>();
  const busy = new Map<string, Promise<void>>();
  let current: Term | undefined;
  let running = Promise.resolve();
  let wakeUp = Promise.withResolvers<void>();
  let soon: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;

  const nowMs = () => deps.now().getTime();
  const tick = () => wakeUp.resolve();

  function createTerm(session: Db): Term {
    const clock = createLaneClock(deps.limits, () => busy.keys());
    const term: Term = { session, clock, turns: createTurns(), lost: new Set(), isOver: () => current !== term };
    return term;
  }

  async function run(term: Term): Promise<void> {
    let isRestored = false;
    while (!term.isOver()) {
      wakeUp = Promise.withResolvers();
      let tickAt = nowMs() + pollMs;
      try {
        // Nothing is sent before it is known what the sender before us has sent.
        if (!isRestored) await restore(term, deps.now());
        isRestored = true;
        tickAt = Math.min(tickAt, await startNext(term));
      } catch (err) {
        log.warn({ err }, 'dispatcher.tick_failed');
      }
      const rest = setTimeout(tick, Math.max(tickAt - nowMs(), 1));
      await wakeUp.promise;
      clearTimeout(rest);
    }
  }

  /** A busy lane causes a tick when it is done, so in a storm not every new delivery needs one. */
  function tickSoon(): void {
    if (busy.size === 0) return tick();
    soon ??= setTimeout(() => {
      soon = undefined;
      tick();
    }, busyRestMs);
  }

  /** Resolves with when (ms) the next lane may send. */
  async function startNext(term: Term): Promise<number> {
    const { session, clock, turns, lost } = term;
    let nextAt = Number.POSITIVE_INFINITY;
    const startWhenAllowed = (lane: string, allowedAt: number, begin: () => Promise<void>): void => {
      if (allowedAt <= nowMs()) occupy(lane, begin());
      else nextAt = Math.min(nextAt, allowedAt);
    };
    // The session's own answer first: a process that lost the lock grants nobody a turn.
    const due = await deliveryStore.findNextPerLane(session, [...busy.keys(), ...lost], deps.now());
    if (term.isOver()) return nextAt;
    // Commands never delay a critical: their answers wait until it has been sent.
    const first = new Set(due.filter((next) => next.rank === rank.critical).map((next) => next.lane));
    for (const lane of turns.lanes()) {
      if (busy.has(lane) || first.has(lane)) continue;
      startWhenAllowed(lane, clock.allowedAt(lane, 'interactive'), () => turns.grantNext(lane));
    }
    for (const next of due) {
      const { lane } = next;
      if (busy.has(lane)) continue;
      const priority = priorityOf(next.rank);
      const isBacklogged = clock.paceAllowsAt(lane, priority) > nowMs();
      startWhenAllowed(lane, clock.allowedAt(lane, priority), () => serveLane({ ...deps, attempted }, term, next));
      if (isBacklogged) events.emit('backlogged', next);
    }
    return nextAt;
  }

  function occupy(lane: string, work: Promise<void>): void {
    const whenDone = () => {
      busy.delete(lane);
      tick();
    };
    busy.set(lane, work.finally(whenDone));
  }

  function attempted(done: AttemptRecord): void {
    events.emit('attempted', done);
    const { delivery, attempt, settlement } = done;
    if (settlement.lost) events.emit('lost', delivery.lane, settlement.lost);
    if (settlement.state === 'dead') events.emit('dead', delivery, settlement.reason ?? 'unknown');
    if (attempt.outcome === 'gone') events.emit('gone');
    wake.signal('settled');
  }

  const takeTurn: TakeTurn = async (lane) => {
    const term = current;
    if (!term) throw new NotSending();
    const turn = term.turns.wait(lane);
    tick();
    return { term, end: await turn };
  };

  return {
    start: (session) => {
      unsubscribe = wake.on('deliveries', tickSoon);
      current = createTerm(session);
      running = run(current);
    },
    stop: async () => {
      const ended = current;
      current = undefined;
      ended?.turns.close();
      unsubscribe?.();
      tick();
      await running;
      await Promise.all(busy.values());
    },
    interact: createInteract({ ...deps, takeTurn }),
    deliverNow: createDeliverNow({ ...deps, attempted, takeTurn }),
    interactWait: (lane) => Math.max(0, (current?.clock.allowedAt(lane, 'interactive') ?? 0) - nowMs()),
    retryLostLane: (lane) => {
      current?.lost.delete(lane);
      tick();
    },
    resumeBackedOffLanes: () => {
      current?.clock.clearBackOff();
      tick();
    },
    events,
  };
}

/** The pace and the blocked lanes continue where the sender before us left them. */
async function restore({ session, clock, lost }: Term, now: Date): Promise<void> {
  const since = new Date(now.getTime() - memoryMs);
  for (const { lane, at, priority } of await deliveryStore.findSentSince(session, since)) {
    clock.noteSent(lane, { at: at.getTime(), priority });
  }
  for (const { lane, lostAt, migratedTo, pausedUntil } of await deliveryStore.findBlockedLanes(session, now)) {
    if (lostAt || migratedTo) lost.add(lane);
    if (pausedUntil && pausedUntil > now) clock.pause(lane, pausedUntil.getTime(), now.getTime());
  }
}
