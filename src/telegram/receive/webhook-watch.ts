import { createLoop, type Loop } from '../../database/loop.ts';
import type { Log } from '../../log.ts';
import type { OwnWebhook } from './own-webhook.ts';
import { judgeWebhook, type WebhookProblem } from './webhook-problem.ts';

const everyMs = 10_000;
const retryMs = 5_000;

/** In webhook mode: looks at the webhook's state again and again, and sets it again where it is gone. */
export function createWebhookWatch(deps: {
  webhook: OwnWebhook;
  log: Log;
  setProblem: (problem: WebhookProblem | undefined) => void;
  answered: () => void;
  now: () => Date;
}): Loop {
  const { webhook, log } = deps;
  return createLoop({
    run: async (stopping) => {
      const { info, foreignHost } = await webhook.look(stopping);
      deps.answered();
      deps.setProblem(judgeWebhook(info, foreignHost, deps.now()));
      if (info.url === '') {
        log.warn({ hint: 'Another program that uses this bot token may have removed it.' }, 'telegram.webhook_gone');
        await webhook.prepare(stopping);
      }
      return everyMs;
    },
    failed: (err) => log.warn({ err }, 'telegram.webhook_check_failed'),
    retryInMs: retryMs,
    firstInMs: everyMs,
  });
}
