import { createApp } from './app.ts';
import { type Config, describeProblems, parseConfig } from './config/config.ts';
import { readDotenv, readSecretFiles } from './config/environment.ts';
import type { Limits } from './delivery/pace.ts';
import { createLog, type Log } from './log.ts';
import { commandNames, commands } from './commands/commands.ts';
import { startProblem } from './checks/start-error.ts';

/** sysexits.h: something is wrong with the configuration. */
const exitConfig = 78;
const lookForParentMs = 500;

type Start = Readonly<{
  env: NodeJS.ProcessEnv;
  /** Where `.env` is, and what relative paths start from. */
  directory: string;
  args: readonly string[];
  /** For a Telegram that does not limit. */
  limits?: () => Limits;
}>;

/** The process: settings in, everything started, and stopped in order when it is told to end. */
export async function runProgram({ env, directory, args, limits }: Start): Promise<void> {
  const dotenv = readDotenv(directory);
  if (!dotenv.ok) {
    console.error(`Bellhop cannot start: ${dotenv.message}`);
    process.exitCode = exitConfig;
    return;
  }
  // Into the process as well, because libraries read variables of their own there, such as PGPASSWORD.
  Object.assign(env, { ...dotenv.env, ...env });
  const secretFiles = readSecretFiles(env, directory);
  const outcome = parseConfig(secretFiles.env, secretFiles.problems);
  if (!outcome.ok) {
    console.error('Bellhop cannot start. Correct these settings (environment or .env):\n');
    console.error(describeProblems(outcome.problems));
    process.exitCode = exitConfig;
    return;
  }
  const { config, warnings } = outcome;
  if (warnings.length > 0) console.error(`Settings worth a second look:\n\n${describeProblems(warnings)}\n`);
  const log = createLog(config.logLevel, { pretty: process.stdout.isTTY });
  try {
    const [word, ...rest] = args;
    const name = commandNames.find((known) => known === word);
    if (name) process.exitCode = await commands[name](rest, config, log);
    else await serve(config, log, { underNpm: env['npm_lifecycle_event'] !== undefined, limits });
  } catch (err) {
    const problem = startProblem(err);
    if (problem) console.error(`\n${problem}\n`);
    log.fatal({ err }, 'process.failed');
    process.exitCode = 1;
  }
}

type Serving = Readonly<{ underNpm: boolean; limits: (() => Limits) | undefined }>;

async function serve(config: Config, log: Log, { underNpm, limits }: Serving): Promise<void> {
  const app = createApp({ config, log, ...(limits ? { limits } : {}), databaseLost: (err) => fail(err) });
  let stopping: Promise<void> | undefined;
  const stop = (reason: string): Promise<void> => {
    stopping ??= (async () => {
      log.info({ reason }, 'process.stopping');
      await app.stop();
    })();
    return stopping;
  };
  // What was left behind (a call that Telegram never answers) ends with the process.
  const end = (reason: string) => void stop(reason).finally(() => process.exit());
  // Whoever watches over us (systemd) starts us anew.
  const fail = (err: Error): void => {
    log.fatal(
      { err },
      'database.lost: PostgreSQL cannot be started again, so Bellhop ends; whatever is stored is sent after the next start',
    );
    process.exitCode = 1;
    end('the database is lost');
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (underNpm) whenOrphaned(() => end('SIGTERM'));
  // Also of unhandled rejections. What they left half done is unknown, so the process must not go on.
  process.on('uncaughtException', (err) => {
    log.fatal(
      { err, hint: 'This is a bug in Bellhop: please report it. The service manager restarts it.' },
      'process.crashed',
    );
    process.exitCode = 1;
    end('an unexpected error');
  });

  try {
    const { url, pageUrl } = await app.start();
    if (stopping) return;
    if (pageUrl) console.log(`No TELEGRAM_BOT_TOKEN: the built-in sandbox is Telegram. Open ${pageUrl}`);
    console.log(url ? `listening on ${url}` : 'ready');
  } catch (err) {
    await stop('start failed');
    throw err;
  }
}

/** `npm start` runs us under a shell that a SIGTERM ends without telling us: whose parent is gone was told to end. */
function whenOrphaned(then: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, lookForParentMs).unref();
}
