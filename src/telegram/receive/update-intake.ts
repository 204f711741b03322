import type { Db } from '../../database/connect.ts';
import { createGroupCommit, type GroupCommit } from '../../database/group-commit.ts';
import type { Wake } from '../../database/wake.ts';
import type { Log } from '../../log.ts';
import * as updateStore from './update-store.ts';

/** Stores what Telegram posts, by group commit. */
export function createUpdateIntake(deps: {
  db: Db;
  wake: Pick<Wake, 'signal'>;
  log: Log;
  botId: number;
}): GroupCommit<updateStore.NewUpdate, void> {
  const { db, wake, log, botId } = deps;
  return createGroupCommit({
    write: async (updates) => {
      await updateStore.insertMany(db, botId, updates);
      return updates.map(() => undefined);
    },
    bytesOf: ({ body }) => body.length,
    written: (updates, ms) => {
      wake.signal('updates');
      log.info({ updates: updates.length, ms }, 'telegram.updates_stored');
    },
    failed: (err, updates) => log.error({ err, updates }, 'telegram.updates_not_stored'),
  });
}
