import type { Config } from '../config/config.ts';
import { connect, type Db } from '../database/connect.ts';
import { startEmbeddedPostgres } from '../database/embedded/embedded.ts';
import { migrate } from '../database/migrate.ts';
import type { Log } from '../log.ts';
import { refuseUnusable } from '../checks/start-error.ts';

/** Runs `work` on the migrated database; starts the embedded one if it is not running. */
export async function withDatabase<Result>(
  config: Config,
  log: Log,
  work: (db: Db, migrated: readonly string[]) => Promise<Result>,
): Promise<Result> {
  return withDatabaseUrl(config, log, async (url) => {
    const db = connect(url, {
      role: 'one-shot',
      connections: 1,
      log,
      timeouts: 'unlimited',
    });
    try {
      return await work(db, await migrate(db));
    } finally {
      await db.destroy();
    }
  });
}

/** The same on the database as it is. */
export async function withDatabaseUrl<Result>(
  config: Config,
  log: Log,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const embedded = config.databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  const url = config.databaseUrlDirect ?? config.databaseUrl ?? embedded?.url ?? '';
  try {
    await refuseUnusable({ url, direct: url });
    return await work(url);
  } finally {
    await embedded?.stop();
  }
}
