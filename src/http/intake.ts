import { setImmediate } from 'node:timers/promises';
import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import * as inboundStore from '../inbound/inbound-store.ts';
import type { Log } from '../log.ts';

export type Intake = Readonly<{
  /** Resolves after the commit with the new event's ID, or undefined if its delivery ID was already stored. */
  store: (event: inboundStore.NewInboundEvent) => Promise<number | undefined>;
  /** Resolves when nothing is being stored anymore. */
  drain: () => Promise<void>;
}>;

type Pending = Readonly<{
  event: inboundStore.NewInboundEvent;
  resolve: (id: number | undefined) => void;
  reject: (reason: unknown) => void;
}>;

const maxEvents = 500;
const maxBytes = 8 * 1024 * 1024;
/** While PostgreSQL writes one batch, a second is written if it is large enough to be worth a statement. */
const maxFlushes = 2;
const minSecondBatch = 32;

/** Group commit: events that arrive during an INSERT share the next one. Each is answered after its own commit. */
export function createIntake(deps: { db: Db; wake: Pick<Wake, 'signal'>; log: Log }): Intake {
  const pending: Pending[] = [];
  const flushing = new Map<number, Promise<void>>();

  async function flush(slot: number): Promise<void> {
    while (pending.length > 0) {
      // Includes what the sockets deliver in this turn of the event loop.
      await setImmediate();
      if (flushing.size > 1 && pending.length < minSecondBatch) break;
      const batch = takeBatch(pending);
      if (batch.length === 0) break;
      const begun = performance.now();
      try {
        const ids = await inboundStore.insertMany(
          deps.db,
          batch.map(({ event }) => event),
        );
        for (const { event, resolve } of batch) {
          const key = inboundStore.keyOf(event);
          resolve(ids.get(key));
          // The second of two equal deliveries in one batch is the duplicate.
          ids.delete(key);
        }
        deps.wake.signal('inbound');
        deps.log.info({ events: batch.length, ms: Math.round(performance.now() - begun) }, 'inbound.stored');
      } catch (err) {
        deps.log.error({ err, events: batch.length }, 'inbound.store_failed');
        if (isAboutData(err) && batch.length > 1) await storeSingly(batch);
        else for (const { reject } of batch) reject(err);
      }
    }
    flushing.delete(slot);
  }

  /** PostgreSQL rejected a value in a batch: each event then succeeds or fails on its own. */
  async function storeSingly(batch: readonly Pending[]): Promise<void> {
    for (const { event, resolve, reject } of batch) {
      await inboundStore
        .insertMany(deps.db, [event])
        .then((ids) => resolve(ids.get(inboundStore.keyOf(event))), reject);
    }
    deps.wake.signal('inbound');
  }

  function flushSoon(): void {
    if (flushing.size > 0 && pending.length < minSecondBatch) return;
    for (let slot = 0; slot < maxFlushes; slot += 1) {
      if (flushing.has(slot)) continue;
      flushing.set(slot, flush(slot));
      return;
    }
  }

  return {
    store: (event) =>
      new Promise((resolve, reject) => {
        pending.push({ event, resolve, reject });
        flushSoon();
      }),
    drain: async () => {
      while (flushing.size > 0) await Promise.all(flushing.values());
    },
  };
}

function takeBatch(pending: Pending[]): Pending[] {
  let bytes = 0;
  let count = 0;
  for (const { event } of pending) {
    bytes += event.body.length;
    if (count === maxEvents || (count > 0 && bytes > maxBytes)) break;
    count += 1;
  }
  return pending.splice(0, count);
}

/** SQLSTATE class 22: data exception. */
function isAboutData(err: unknown): boolean {
  const code: unknown = err instanceof Error ? Reflect.get(err, 'code') : undefined;
  return typeof code === 'string' && code.startsWith('22');
}
