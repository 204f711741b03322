import { describeProblems, parseConfig, type Secrets } from '../config/config.ts';
import type { ReadOutcome } from '../config/read-config.ts';
import { replaceSecrets } from '../config/replace-secrets.ts';
import type { Log } from '../log.ts';

type Reload = Readonly<{
  /** The secrets of this moment. */
  secrets: () => Secrets;
  /** Reads the settings again and uses new secrets from now on. What is wrong is logged and changes nothing. */
  reload: () => void;
}>;

const unchanged = 'Nothing changed: Bellhop goes on with the settings it has. Correct this and send SIGHUP again.';

export function createReload(deps: {
  started: Extract<ReadOutcome, { ok: true }>;
  read: () => ReadOutcome;
  log: Log;
}): Reload {
  const { read, log } = deps;
  let { env, config } = deps.started;

  function reload(): void {
    if (config.telegram.mode === 'sandbox') {
      log.warn({ hint: 'Restart Bellhop to use new settings.' }, 'settings.not_reloaded_in_sandbox');
      return;
    }
    const fresh = read();
    if (!fresh.ok) {
      const problem = fresh.unreadable ?? describeProblems(fresh.problems);
      log.error({ problem, hint: unchanged }, 'settings.reload_failed');
      return;
    }
    const { env: next, replaced, waiting } = replaceSecrets(env, fresh.env);
    const outcome = parseConfig(next);
    if (!outcome.ok) {
      log.error({ problem: describeProblems(outcome.problems), hint: unchanged }, 'settings.reload_failed');
      return;
    }
    env = next;
    config = outcome.config;
    log.info({ replaced }, 'settings.reloaded');
    const weak = fresh.warnings.filter(({ variable }) => replaced.some((name) => variable.startsWith(name)));
    if (weak.length > 0) log.warn({ problem: describeProblems(weak) }, 'settings.weak');
    if (waiting.length > 0)
      log.warn({ waiting, hint: `Restart Bellhop to use the new ${waiting.join(', ')}.` }, 'settings.need_restart');
  }

  return { secrets: () => config, reload };
}
