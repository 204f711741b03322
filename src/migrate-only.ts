import type { Config } from './config.ts';
import { connect } from './database/connect.ts';
import { startEmbeddedPostgres } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import type { Log } from './log.ts';

/** `npm run migrate`: brings the database to this program's version and ends. */
export async function migrateOnly(config: Config, log: Log): Promise<void> {
  const embedded = config.databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  const db = connect(config.databaseUrl ?? embedded?.url ?? '', { role: 'migrate', connections: 1, log });
  try {
    const ran = await migrate(db);
    console.log(ran.length > 0 ? `Migrated: ${ran.join(', ')}` : 'The database is up to date.');
  } finally {
    await db.destroy();
    await embedded?.stop();
  }
}
