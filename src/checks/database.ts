import { sql } from 'kysely';
import type { Config } from '../config/config.ts';
import { type Check, fail, pass } from './check.ts';
import type { Log } from '../log.ts';
import { startProblem } from './start-error.ts';
import { connect } from '../database/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded/embedded.ts';
import { findDatabaseProblem } from '../database/usable.ts';
import { pendingMigrations } from '../database/migrate.ts';

const oldestVersion = 140_000;

/** Reachable, new enough, migrated. Starts the embedded server when that is the one, and stops it when nobody else uses it. */
export async function checkDatabase(config: Config, log: Log): Promise<Check[]> {
  let embedded: EmbeddedPostgres | undefined;
  try {
    if (!config.databaseUrl) embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  } catch (error) {
    return [
      fail('database', 'the embedded PostgreSQL does not start', startProblem(error) ?? 'Look at the log in DATA_DIR.'),
    ];
  }
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const db = connect(url, { role: 'doctor', connections: 1, log });
  try {
    const { rows } = await sql<{ number: string; name: string }>`
      select current_setting('server_version_num') as number, current_setting('server_version') as name`.execute(db);
    const version = rows[0];
    const problem = await findDatabaseProblem(url);
    if (problem) return [fail('database', problem.detail, problem.fix)];
    const pending = await pendingMigrations(db);
    return [
      Number(version?.number) >= oldestVersion
        ? pass('database', `PostgreSQL ${version?.name} answers`)
        : fail('database', `PostgreSQL ${version?.name} is too old`, 'Bellhop needs PostgreSQL 14 or newer.'),
      pending.length === 0
        ? pass('migrations', 'all ran')
        : fail('migrations', `${pending.join(', ')} did not run`, 'Run npm run migrate, or start Bellhop.'),
    ];
  } catch (error) {
    return [
      fail('database', 'it cannot be used', startProblem(error) ?? 'Check DATABASE_URL and what PostgreSQL logs.'),
    ];
  } finally {
    await db.destroy();
    await embedded?.stop();
  }
}
