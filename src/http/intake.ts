import type { Db } from '../database/connect.ts';
import { createGroupCommit, type GroupCommit } from '../database/group-commit.ts';
import type { Wake } from '../database/wake.ts';
import * as inboundStore from '../inbound/inbound-store.ts';
import type { Log } from '../log.ts';

/** `store` resolves after the commit with the new event's ID, or undefined if its delivery ID was already stored. */
export type Intake = GroupCommit<inboundStore.NewInboundEvent, number | undefined>;

/** Stores what sources send, by group commit. */
export function createIntake(deps: { db: Db; wake: Pick<Wake, 'signal'>; log: Log }): Intake {
  return createGroupCommit({
    write: async (events) => {
      const ids = await inboundStore.insertMany(deps.db, events);
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
      deps.wake.signal('inbound');
      deps.log.info({ events: events.length, ms, trace_ids: events.map(({ traceId }) => traceId) }, 'inbound.stored');
    },
    failed: (err, events) => deps.log.error({ err, events }, 'inbound.store_failed'),
  });
}
