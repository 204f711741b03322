import { GrammyError } from 'grammy';
import type { Log } from '../log.ts';

const firstWaitMs = 1_000;
const maxWaitMs = 60_000;
const hint = 'Telegram does not know this token: copy it again from @BotFather into TELEGRAM_BOT_TOKEN and restart.';

/** Logs that Telegram rejects the token, and returns how long to wait: longer each time, since only a person can fix it. */
export function createRefusedToken(log: Log) {
  let refusals = 0;
  return {
    /** Milliseconds; undefined when it is another error. */
    waitFor: (err: unknown): number | undefined => {
      if (!(err instanceof GrammyError && err.error_code === 401)) return undefined;
      log.error({ hint }, 'telegram.token_refused');
      refusals += 1;
      return Math.min(firstWaitMs * 2 ** (refusals - 1), maxWaitMs);
    },
    accepted: () => {
      refusals = 0;
    },
  };
}
