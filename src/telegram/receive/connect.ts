import { type Api, GrammyError } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { pause } from '../../database/pause.ts';
import type { Log } from '../../log.ts';
import { foreignWebhookFix } from '../foreign-webhook.ts';
import { forGrammy } from '../grammy-signal.ts';
import { createRefusedToken } from '../refused-token.ts';
import { retryAfterOf } from '../telegram-error.ts';
import type { OwnWebhook } from './own-webhook.ts';
import type { WebhookProblem } from './webhook-problem.ts';

const retryMs = 1_000;
const maxWebhookPauseMs = 60_000;

type Deps = Readonly<{
  api: Api;
  log: Log;
  webhook: Pick<OwnWebhook, 'prepare'>;
  /** Why presses and commands are not received; undefined once they can be. */
  setProblem: (problem: WebhookProblem | undefined) => void;
}>;

/** Asks who the bot is and makes it receive updates. Retries until it can; undefined when stopped before. */
export function createConnect(deps: Deps): (signal: AbortSignal) => Promise<UserFromGetMe | undefined> {
  const { api, log, webhook } = deps;
  const refusedToken = createRefusedToken(log);

  return async (signal) => {
    let webhookPauseMs = retryMs;
    while (!signal.aborted) {
      try {
        // Not bot.init(): it retries by itself, in the end only every 20 minutes.
        const me = await api.getMe(forGrammy(signal));
        refusedToken.accepted();
        const foreignHost = await webhook.prepare(signal);
        if (foreignHost === undefined) {
          deps.setProblem(undefined);
          return signal.aborted ? undefined : me;
        }
        deps.setProblem({ kind: 'foreign', host: foreignHost });
        log.error({ host: foreignHost, hint: foreignWebhookFix }, 'telegram.webhook_foreign');
        await pause(webhookPauseMs, signal);
        webhookPauseMs = Math.min(webhookPauseMs * 2, maxWebhookPauseMs);
      } catch (err) {
        if (signal.aborted) return undefined;
        const tokenWaitMs = refusedToken.waitFor(err);
        if (tokenWaitMs === undefined) log.error({ err }, 'telegram.connect_failed');
        if (isBadWebhook(err)) {
          deps.setProblem({ kind: 'refused', description: err.description });
          await pause(webhookPauseMs, signal);
          webhookPauseMs = Math.min(webhookPauseMs * 2, maxWebhookPauseMs);
        } else await pause(tokenWaitMs ?? (retryAfterOf(err) ?? 1) * retryMs, signal);
      }
    }
    return undefined;
  };
}

/** Telegram does not accept the address, such as one whose name it cannot resolve. */
function isBadWebhook(err: unknown): err is GrammyError {
  return err instanceof GrammyError && err.method === 'setWebhook' && err.error_code === 400;
}
