import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTranslators } from '../app.ts';
import { playSteps } from '../app/sandbox-mode/demo/play.ts';
import { tellFortnight } from '../app/sandbox-mode/demo/fortnight.ts';
import { StartRefusal } from '../checks/start-error.ts';
import type { Config } from '../config/config.ts';
import { connect } from '../database/connect.ts';
import { startEmbeddedPostgres } from '../database/embedded/embedded.ts';
import { migrate } from '../database/migrate.ts';
import type { Log } from '../log.ts';
import { noRules } from '../sources/severity-rules.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What a demo takes of the operator's settings: nothing that reaches their database, Telegram, Chatwoot or Tawk.to. */
const kept = ['HOST', 'PORT', 'TIMEZONE', 'CURRENCY', 'LANGUAGE', 'BUSINESS_HOURS', 'DIGEST_AT', 'LOG_LEVEL', 'HOME'];

/** The settings of a demo: the sandbox, and a database of its own below DATA_DIR. Pure. */
export function demoEnv(env: Env): Env {
  const dataDir = path.join(env['DATA_DIR'] || './data', 'demo');
  const own = { BUSINESS_HOURS: 'Mon-Sun 08:00-22:00', LOG_LEVEL: 'warn' };
  const given = Object.fromEntries(kept.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  return { ...own, ...given, DATA_DIR: dataDir };
}

/** Always the same fortnight. */
const story = { days: 14, perDay: 22, seed: 14 };
export const demoHint =
  'The demo is ready. In "Support team" of the page, type /stats 7d, /stats 30d friction, /open or /find wedding.';

type Filling = Readonly<{ now: Date; perDay?: number; print: (line: string) => void }>;

/** Fills the demo's database, unless an earlier run did. */
export async function fillDemo(
  config: Config,
  log: Log,
  { now, perDay = story.perDay, print }: Filling,
): Promise<void> {
  const marker = path.join(config.dataDir, 'filled-at');
  const startedAt = performance.now();
  if (existsSync(marker)) {
    const filledAt = await readFile(marker, 'utf8');
    print(`Using the demo data of ${filledAt}. For new data, stop Bellhop and delete ${config.dataDir}.`);
    return;
  }
  print('Filling the demo with a fortnight of conversations. This takes less than a minute.');
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  // Without waiting for the disk: what a crash leaves is not used.
  const db = connect(embedded.url, { role: 'one-shot', connections: 1, log, flush: false, timeouts: 'unlimited' });
  try {
    await migrate(db);
    const { exists } = await db
      .selectNoFrom((eb) => eb.exists(eb.selectFrom('inboundEvents').select('id')).as('exists'))
      .executeTakeFirstOrThrow();
    if (exists) {
      throw new StartRefusal(
        `An earlier run was stopped before the demo was complete. Delete ${config.dataDir} and run npm run demo again.`,
      );
    }
    const steps = tellFortnight({ ...story, perDay, now, zone: config.timezone });
    const translators = new Map(Object.entries(createTranslators(config, () => noRules)));
    await playSteps({ db, log, translate: (source) => translators.get(source) }, steps, now);
    await writeFile(marker, now.toISOString());
    print(`${steps.length} things happened, in ${Math.round((performance.now() - startedAt) / 1000)} s.`);
  } finally {
    await db.destroy();
    await embedded.stop();
  }
}
