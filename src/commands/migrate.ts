import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import { withDatabase } from './with-database.ts';

/** `npm run migrate` */
export function runMigrate(_args: readonly string[], config: Config, log: Log): Promise<number> {
  return withDatabase(config, log, async (_db, migrated) => {
    console.log(migrated.length > 0 ? `Migrated: ${migrated.join(', ')}` : 'The database is up to date.');
    return 0;
  });
}
