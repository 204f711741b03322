import { existsSync } from 'node:fs';
import { createApp } from './app.ts';
import { type Config, describeProblems, parseConfig } from './config.ts';
import { EmbeddedPostgresError } from './database/embedded.ts';
import { createLog } from './log.ts';
import { migrateOnly } from './migrate-only.ts';

/** sysexits.h: something is wrong with the configuration. */
const EX_CONFIG = 78;

if (existsSync('.env')) process.loadEnvFile('.env');
const outcome = parseConfig(process.env);
if (outcome.ok) await run(outcome.config, describeProblems(outcome.warnings));
else {
  console.error(
    `Bellhop cannot start. Correct these settings (environment or .env):\n\n${describeProblems(outcome.problems)}`,
  );
  process.exitCode = EX_CONFIG;
}

async function run(config: Config, warnings: string): Promise<void> {
  const log = createLog(config.logLevel, { pretty: process.stdout.isTTY });
  if (warnings) console.error(`Settings worth a second look:\n\n${warnings}\n`);
  if (process.argv[2] === 'migrate') return migrateOnly(config, log);

  const app = createApp({ config, log });
  let stopping: Promise<void> | undefined;
  const stop = (reason: string) => {
    stopping ??= (async () => {
      log.info({ reason }, 'process.stopping');
      // Whatever still hangs after this is left for the next start.
      setTimeout(() => process.exit(0), 10_000).unref();
      await app.stop();
    })();
    return stopping;
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('unhandledRejection', (err) => log.error({ err }, 'process.unhandled_rejection'));

  try {
    const { url, sandbox } = await app.start();
    if (sandbox && url) console.log(`No TELEGRAM_BOT_TOKEN: running against the built-in sandbox. Open ${url}/sandbox`);
    console.log(url ? `listening on ${url}` : 'ready');
  } catch (err) {
    if (err instanceof EmbeddedPostgresError) console.error(err.message);
    log.fatal({ err }, 'process.start_failed');
    await stop('start failed');
    process.exitCode = 1;
  }
}
