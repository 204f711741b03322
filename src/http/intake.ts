import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import * as inboundStore from '../inbound/inbound-store.ts';
import type { Log } from '../log.ts';

export type Intake = Readonly<{
  /** Resolves after the commit with the new event's id, or undefined when its delivery id was stored before. */
  store: (event: inboundStore.NewInboundEvent) => Promise<number | undefined>;
  /** Resolves when nothing is being stored. */
  drain: () => Promise<void>;
}>;

type Pending = Readonly<{
  event: inboundStore.NewInboundEvent;
  resolve: (id: number | undefined) => void;
  reject: (reason: unknown) => void;
}>;

const maxEvents = 500;
const maxBytes = 8 * 1024 * 1024;

/** Group commit: what arrives while one INSERT is under way shares the next. Each is answered after its own commit. */
export function createIntake(deps: { db: Db; wake: Wake; log: Log }): Intake {
  const pending: Pending[] = [];
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (pending.length > 0) {
      const batch = takeBatch(pending);
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
        for (const { reject } of batch) reject(err);
      }
    }
    flushing = undefined;
  }

  return {
    store: (event) =>
      new Promise((resolve, reject) => {
        pending.push({ event, resolve, reject });
        flushing ??= flush();
      }),
    drain: async () => {
      while (flushing) await flushing;
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
