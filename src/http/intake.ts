import type { Db } from '../database/connect.ts';
import { createGroupCommit, type GroupCommit } from '../database/group-commit.ts';
import type { Wake } from '../database/wake.ts';
import * as inboundStore from '../inbound/inbound-store.ts';
import type { Log } from '../log.ts';

/** `store` resolves after the commit with the new event's ID, or undefined if its delivery ID was already stored. */
export type Intake = GroupCommit<inboundStore.NewInboundEvent, number | undefined>;

type IntakeDeps = Readonly<{
  db: Db;
  wake: Pick<Wake, 'signal'>;
  log: Log;
  /** Called after each commit. */
  stored?: (events: number) => void;
}>;

/** Stores what sources send, by group commit. */
export function createIntake({ db, wake, log, stored }: IntakeDeps): Intake {
  return createGroupCommit({
    write: async (events) => {
      const ids = await inboundStore.insertMany(db, events);
      const repeated = events.filter((event) => event.source === 'alert' && !ids.has(inboundStore.keyOf(event)));
      // The hourly retention frees them too, but an alert that comes before it must not be taken for the old one.
      if (repeated.length > 0 && (await inboundStore.freeExpiredKeys(db, repeated)) > 0) {
        for (const [key, id] of await inboundStore.insertMany(db, repeated)) ids.set(key, id);
      }
      return events.map((event) => {
        const key = inboundStore.keyOf(event);
        const id = ids.get(key);
        // The second of two equal deliveries in one batch is the duplicate.
        ids.delete(key);
        return id;
      });
    },
    bytesOf: ({ body }) => body.length,
    written: (events, ms) => {
      wake.signal('inbound');
      stored?.(events.length);
      // Each event has a line of its own with its trace once it is processed.
      const traces = log.isLevelEnabled('debug') ? { trace_ids: events.map(({ traceId }) => traceId) } : {};
      log.info({ events: events.length, ms, ...traces }, 'inbound.stored');
    },
    failed: (err, events) => log.error({ err, events }, 'inbound.store_failed'),
  });
}
