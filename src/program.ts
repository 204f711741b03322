import { createApp } from './app.ts';
import { type Config, describeProblems, type Secrets } from './config/config.ts';
import { readConfig } from './config/read-config.ts';
import type { Limits } from './delivery/pace.ts';
import { createLog, type Log } from './log.ts';
import { commandNames, commands } from './commands/commands.ts';
import { createReload } from './app/reload.ts';
import { explainStartError } from './checks/start-error.ts';

/** Words beside the commands; none of these, and neither migrate nor recount, takes further arguments. */
const otherWords = ['start', 'demo'];
const withoutArguments: readonly string[] = [...otherWords, 'migrate', 'recount'];

/** sysexits.h: something is wrong with the configuration. */
const exitConfig = 78;
const parentCheckMs = 500;

type Start = Readonly<{
  env: NodeJS.ProcessEnv;
  /** Where `.env` is, and what relative paths start from. */
  directory: string;
  args: readonly string[];
  /** For a Telegram that does not limit. */
  limits?: () => Limits;
}>;

/** The process: reads the settings, runs a command or the app, and stops it in order on a signal. */
export async function runProgram({ env, directory, args, limits }: Start): Promise<void> {
  const mistyped = problemOfArguments(args);
  if (mistyped !== undefined) {
    console.error(mistyped);
    process.exitCode = 1;
    return;
  }
  const demo = args[0] === 'demo' ? await import('./commands/demo.ts') : undefined;
  // Without what `.env` holds now: a later one must count.
  const given = { ...env };
  const read = () => readConfig(given, directory, demo?.demoEnv);
  const outcome = read();
  if (!outcome.ok && outcome.unreadable !== undefined) {
    console.error(`Bellhop cannot start: ${outcome.unreadable}`);
    process.exitCode = exitConfig;
    return;
  }
  if (!outcome.ok) {
    console.error('Bellhop cannot start. Check these settings (environment or .env):\n');
    console.error(describeProblems(outcome.problems));
    if (args[0] === 'doctor' && args.includes('--json')) {
      const { reportOfSettings } = await import('./commands/doctor.ts');
      console.log(reportOfSettings(outcome.problems));
    }
    process.exitCode = exitConfig;
    return;
  }
  // Also into the process, because libraries read variables of their own, such as PGPASSWORD.
  Object.assign(env, { ...outcome.dotenv, ...given });
  const { config, warnings } = outcome;
  if (warnings.length > 0) console.error(`Warnings about settings:\n\n${describeProblems(warnings)}\n`);
  const log = createLog(config.logLevel, { pretty: process.stdout.isTTY });
  try {
    await demo?.fillDemo(config, log, { now: new Date(), print: console.log });
    const [word, ...rest] = args;
    const name = commandNames.find((known) => known === word);
    if (name) process.exitCode = await commands[name](rest, config, log);
    else {
      const { secrets, reload } = createReload({ started: outcome, read, log });
      const underNpm = env['npm_lifecycle_event'] !== undefined;
      await serve(config, log, { secrets, reload, underNpm, limits, hint: demo?.demoHint });
    }
  } catch (err) {
    const problem = explainStartError(err);
    if (problem) console.error(`\n${problem}\n`);
    log.fatal({ err }, 'process.failed');
    process.exitCode = 1;
  }
}

/** What is mistyped must neither start nor change anything. */
function problemOfArguments([word = 'start', ...rest]: readonly string[]): string | undefined {
  const known = [...otherWords, ...commandNames];
  if (!known.includes(word))
    return `“${word}” is not a command. Commands: ${known.join(', ')}; without one, Bellhop starts.`;
  if (rest.length > 0 && withoutArguments.includes(word))
    return `${word} takes no arguments: remove ${rest.join(' ')}.`;
  return undefined;
}

/** `hint`: printed once it runs. */
type Serving = Readonly<{
  secrets: () => Secrets;
  reload: () => void;
  underNpm: boolean;
  limits: (() => Limits) | undefined;
  hint: string | undefined;
}>;

async function serve(config: Config, log: Log, { secrets, reload, underNpm, limits, hint }: Serving): Promise<void> {
  const app = createApp({
    config,
    secrets,
    log,
    ...(limits ? { limits } : {}),
    databaseLost: (err) => fail(err),
    print: (line) => console.log(line),
  });
  let stopping: Promise<void> | undefined;
  const stop = (reason: string): Promise<void> => {
    stopping ??= (async () => {
      log.info({ reason }, 'process.stopping');
      await app.stop();
    })();
    return stopping;
  };
  // Ends what did not stop in time, such as a call that Telegram never answers.
  const end = (reason: string) => void stop(reason).finally(() => process.exit());
  // The service manager restarts the process.
  const fail = (err: Error): void => {
    log.fatal(
      {
        err,
        hint: 'PostgreSQL cannot be restarted, so Bellhop is exiting. Stored events are sent after the next start.',
      },
      'database.lost',
    );
    process.exitCode = 1;
    end('the database is lost');
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // A terminal sends it too, when it is closed.
  process.on('SIGHUP', process.stdin.isTTY || process.stdout.isTTY ? end : reload);
  if (underNpm) whenOrphaned(() => end('SIGTERM'));
  // Includes unhandled rejections. The state is unknown, so the process must not continue.
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
    if (pageUrl) console.log(`TELEGRAM_BOT_TOKEN is not set, so Bellhop uses the built-in sandbox. Open ${pageUrl}`);
    if (hint) console.log(hint);
    console.log(url ? `listening on ${url}` : 'ready');
  } catch (err) {
    await stop('start failed');
    throw err;
  }
}

/** `npm start` runs us in a shell that a SIGTERM ends without forwarding it, so a lost parent means: stop. */
function whenOrphaned(then: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, parentCheckMs).unref();
}
