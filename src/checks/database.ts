import { sql } from 'kysely';
import type { Config } from '../config/config.ts';
import { type Check, fail, pass } from './check.ts';
import type { Log } from '../log.ts';
import { explainStartError } from './start-error.ts';
import { connect } from '../database/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded/embedded.ts';
import { findDatabaseProblem } from '../database/usable.ts';
import { pendingMigrations } from '../database/migrate.ts';

const minVersion = 140_000;

/** Reachable, usable, new enough, migrated. Starts the embedded server if needed, and stops it unless others use it. */
export async function checkDatabase(config: Config, log: Log): Promise<Check[]> {
  let embedded: EmbeddedPostgres | undefined;
  try {
    if (!config.databaseUrl) embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  } catch (error) {
    return [
      fail(
        'database',
        'the embedded PostgreSQL failed to start',
        explainStartError(error) ?? 'See postgres.log in DATA_DIR.',
      ),
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
      Number(version?.number) >= minVersion
        ? pass('database', `PostgreSQL ${version?.name} is reachable`)
        : fail('database', `PostgreSQL ${version?.name} is too old`, 'Bellhop needs PostgreSQL 14 or newer.'),
      pending.length === 0
        ? pass('migrations', 'up to date')
        : fail('migrations', `pending: ${pending.join(', ')}`, 'Run npm run migrate, or start Bellhop.'),
    ];
  } catch (error) {
    return [
      fail('database', 'it cannot be used', explainStartError(error) ?? 'Check DATABASE_URL and the PostgreSQL log.'),
    ];
  } finally {
    await db.destroy();
    await embedded?.stop();
  }
}
