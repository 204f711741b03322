import { parseArgs } from 'node:util';
import { createTranslators } from './app.ts';
import type { Config } from './config/config.ts';
import { connect, type Db } from './database/connect.ts';
import { startEmbeddedPostgres } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import { runDoctor } from './doctor/doctor.ts';
import { replay } from './inbound/replay.ts';
import type { Log } from './log.ts';

export const oneShotNames = ['migrate', 'replay', 'doctor'] as const;
export type OneShot = (typeof oneShotNames)[number];

/** Commands that do one thing and end; the answer is the exit code. */
export async function runOneShot(name: OneShot, args: readonly string[], config: Config, log: Log): Promise<number> {
  switch (name) {
    case 'doctor':
      return (await runDoctor(config, log)) ? 0 : 1;
    case 'migrate':
      return withDatabase(config, log, async (_db, ran) => {
        console.log(ran.length > 0 ? `Migrated: ${ran.join(', ')}` : 'The database is up to date.');
        return 0;
      });
    case 'replay':
      return replayFrom(args, config, log);
  }
}

const replayUsage = 'Usage: npm run replay -- --since 2026-01-31T08:00:00Z [--dry-run]';

/** A running Bellhop takes what is put back at once; otherwise the next start does. */
async function replayFrom(args: readonly string[], config: Config, log: Log): Promise<number> {
  const asked = parseReplay(args);
  if (typeof asked === 'string') {
    console.error(`${asked} ${replayUsage}`);
    return 1;
  }
  const { since, dryRun } = asked;
  const translators = new Map(Object.entries(createTranslators(config)));
  return withDatabase(config, log, async (db) => {
    const report = await replay(db, { since, dryRun, translate: (source) => translators.get(source) });
    for (const [what, count] of Object.entries(report.again)) console.log(`${count} × ${what}`);
    const total = Object.values(report.again).reduce((sum, count) => sum + count, 0);
    console.log(
      `${total} ${dryRun ? 'would be processed again' : 'are processed again'}; ${report.done} had done their work and are left alone.`,
    );
    return 0;
  });
}

/** Or what is wrong with the arguments: a mistyped `--dry-run` must not run for real. */
function parseReplay(args: readonly string[]): { since: Date; dryRun: boolean } | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { since: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
    });
    const since = new Date(values.since ?? Number.NaN);
    if (Number.isNaN(since.getTime())) return '--since must be an ISO time.';
    return { since, dryRun: values['dry-run'] };
  } catch (err) {
    if (!(err instanceof TypeError)) throw err;
    return `${err.message.split(/\.\s/, 1)[0]}.`;
  }
}

async function withDatabase(
  config: Config,
  log: Log,
  work: (db: Db, migrated: readonly string[]) => Promise<number>,
): Promise<number> {
  const embedded = config.databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  const db = connect(config.databaseUrl ?? embedded?.url ?? '', { role: 'one-shot', connections: 1, log });
  try {
    return await work(db, await migrate(db));
  } finally {
    await db.destroy();
    await embedded?.stop();
  }
}
