import { type Api, GrammyError } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import type { Log } from '../../log.ts';
import { foreignWebhookFix, foreignWebhookHost } from '../foreign-webhook.ts';
import { forGrammy } from '../grammy-signal.ts';
import { createRefusedToken } from '../refused-token.ts';
import { retryAfterOf } from '../telegram-error.ts';
import { pause } from '../wait.ts';

const retryMs = 1_000;
const maxWebhookPauseMs = 60_000;

type Deps = Readonly<{
  api: Api;
  log: Log;
  /** A webhook there is Bellhop's own. */
  publicUrl: string | undefined;
  /** Why presses and commands are not received; undefined once they can be. */
  setProblem: (problem: string | undefined) => void;
}>;

/** Asks who the bot is and makes polling possible. Retries until it can; undefined when stopped before. */
export function createConnect(deps: Deps): (signal: AbortSignal) => Promise<UserFromGetMe | undefined> {
  const { api, log } = deps;
  const refusedToken = createRefusedToken(log);

  return async (signal) => {
    let webhookPauseMs = retryMs;
    while (!signal.aborted) {
      try {
        // Not bot.init(): it retries by itself, in the end only every 20 minutes.
        const me = await api.getMe(forGrammy(signal));
        refusedToken.accepted();
        const foreignHost = await removeOwnWebhook(deps, signal);
        if (foreignHost === undefined) {
          deps.setProblem(undefined);
          return signal.aborted ? undefined : me;
        }
        deps.setProblem(
          `Presses and commands are not received: this bot's webhook belongs to another program at ${foreignHost}. ${foreignWebhookFix}`,
        );
        log.error({ host: foreignHost, hint: foreignWebhookFix }, 'telegram.webhook_foreign');
        await pause(webhookPauseMs, signal);
        webhookPauseMs = Math.min(webhookPauseMs * 2, maxWebhookPauseMs);
      } catch (err) {
        if (signal.aborted) return undefined;
        const tokenWaitMs = refusedToken.waitFor(err);
        if (tokenWaitMs === undefined) log.error({ err }, 'telegram.connect_failed');
        await pause(tokenWaitMs ?? (retryAfterOf(err) ?? 1) * retryMs, signal);
      }
    }
    return undefined;
  };
}

/** Removes a webhook of our own, which polling excludes. Another program's is left alone; its host is returned. */
async function removeOwnWebhook({ api, log, publicUrl }: Deps, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { url } = await api.getWebhookInfo(forGrammy(signal));
    const foreignHost = foreignWebhookHost(url, publicUrl);
    if (url && foreignHost === undefined) await api.deleteWebhook({}, forGrammy(signal));
    return foreignHost;
  } catch (err) {
    // Refused, as by an API server without these methods: if there is a webhook, the poll reports it.
    if (!(err instanceof GrammyError) || err.error_code === 401) throw err;
    log.warn({ err }, 'telegram.webhook_check_failed');
    return undefined;
  }
}
