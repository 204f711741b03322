import type { WebhookInfo } from 'grammy/types';
import { foreignWebhookFix } from '../foreign-webhook.ts';

/** Why presses and commands do not arrive. */
export type WebhookProblem =
  /** Another program set the bot's webhook, to this host. */
  | Readonly<{ kind: 'foreign'; host: string }>
  /** Telegram does not accept our address. */
  | Readonly<{ kind: 'refused'; description: string }>
  /** Telegram posts to our address in vain. */
  | Readonly<{ kind: 'undelivered'; error: string; waiting: number }>;

/** A failure older than this was followed by nothing but successes, or by no update at all. */
const freshMs = 150_000;

/** What the webhook's state means for us; undefined: updates arrive. */
export function judgeWebhook(
  info: Pick<WebhookInfo, 'last_error_date' | 'last_error_message' | 'pending_update_count'>,
  foreignHost: string | undefined,
  now: Date,
): WebhookProblem | undefined {
  if (foreignHost !== undefined) return { kind: 'foreign', host: foreignHost };
  const { last_error_date: at, last_error_message: error, pending_update_count: waiting } = info;
  if (at === undefined || error === undefined || waiting === 0) return undefined;
  return now.getTime() - at * 1000 < freshMs ? { kind: 'undelivered', error, waiting } : undefined;
}

/** What it means, and what to do about it, for the log, `/ready` and the admins. */
export function describeWebhook(problem: WebhookProblem): Readonly<{ reason: string; advice: string }> {
  switch (problem.kind) {
    case 'foreign':
      return { reason: `this bot's webhook belongs to another program at ${problem.host}`, advice: foreignWebhookFix };
    case 'refused':
      return {
        reason: `Telegram does not accept the webhook (“${problem.description}”)`,
        advice: 'Correct PUBLIC_URL, or set TELEGRAM_MODE=polling.',
      };
    case 'undelivered':
      return {
        reason: `Telegram cannot deliver them (“${problem.error}”, ${problem.waiting} waiting)`,
        advice: fixOf(problem),
      };
  }
}

function fixOf({ error }: Extract<WebhookProblem, { kind: 'undelivered' }>): string {
  if (/\b40[13]\b/.test(error))
    return 'Give TELEGRAM_WEBHOOK_SECRET the same value in all processes and restart them; the proxy must pass the header X-Telegram-Bot-Api-Secret-Token.';
  if (/\b404\b/.test(error))
    return 'Let the proxy pass /telegram/webhook to Bellhop, and check that PUBLIC_URL has the right path.';
  if (/SSL|certificate/i.test(error))
    return "Renew the certificate of PUBLIC_URL, with its authority's intermediate one.";
  return 'Check that PUBLIC_URL reaches Bellhop from the internet (npm run doctor), or set TELEGRAM_MODE=polling.';
}
