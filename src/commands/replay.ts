import { parseArgs } from 'node:util';
import { createTranslators } from '../app.ts';
import type { Config } from '../config/config.ts';
import { replay } from '../inbound/replay.ts';
import { readRules } from '../settings/severity-settings.ts';
import type { Log } from '../log.ts';
import { withDatabase } from './with-database.ts';

const usage = 'Usage: npm run replay -- --since 2026-01-31T08:00:00Z [--dry-run]';

/** `npm run replay`: a running Bellhop processes the events at once, otherwise the next start does. */
export async function runReplay(args: readonly string[], config: Config, log: Log): Promise<number> {
  const options = parseOptions(args);
  if (typeof options === 'string') {
    console.error(`${options} ${usage}`);
    return 1;
  }
  const { since, dryRun } = options;
  return withDatabase(config, log, async (db) => {
    const rules = await readRules(db);
    const translators = new Map(Object.entries(createTranslators(config, () => rules)));
    const report = await replay(db, { since, dryRun, translate: (source) => translators.get(source) });
    for (const [what, count] of Object.entries(report.again)) console.log(`${count} × ${what}`);
    const total = Object.values(report.again).reduce((sum, count) => sum + count, 0);
    console.log(
      `${total} ${dryRun ? 'would be queued' : 'queued'} for reprocessing; ${report.done} skipped because they already took effect.`,
    );
    return 0;
  });
}

/** Or what is wrong with them: a mistyped `--dry-run` must not change anything. */
function parseOptions(args: readonly string[]): { since: Date; dryRun: boolean } | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { since: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
    });
    const since = new Date(values.since ?? Number.NaN);
    if (Number.isNaN(since.getTime())) return '--since must be an ISO 8601 time.';
    return { since, dryRun: values['dry-run'] };
  } catch (err) {
    if (!(err instanceof TypeError)) throw err;
    return `${err.message.split(/\.\s/, 1)[0]}.`;
  }
}
