import { badRequest, BotApiError, conflict } from '../bot-api-error.ts';
import { checkLink } from '../links.ts';
import { flagOf, integerOf, listOf, type Parameters, stringOf } from '../parameters.ts';
import type { Method } from '../telegram.ts';

const WEBHOOK_ACTIVE =
  "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
/** Bot API, setWebhook. */
const WEBHOOK_PORTS = new Set(['', '80', '88', '443', '8443']);
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

export const getUpdates: Method = async ({ updates, webhook }, parameters, abandoned) => {
  if (webhook.settings()) throw conflict(WEBHOOK_ACTIVE);
  const limit = integerOf(parameters, 'limit') ?? 100;
  updates.allow(allowedOf(parameters));
  const offset = integerOf(parameters, 'offset') ?? 0;
  if (offset !== 0) updates.confirm(offset);
  const wanted = limit < 1 || limit > 100 ? 100 : limit;
  const found = await updates.wait(wanted, integerOf(parameters, 'timeout') ?? 0, abandoned);
  return found.map((update) => update.body);
};

export const setWebhook: Method = ({ updates, webhook }, parameters) => {
  const url = stringOf(parameters, 'url') ?? '';
  const secret = stringOf(parameters, 'secret_token');
  const maxConnections = integerOf(parameters, 'max_connections') ?? 40;
  if (secret !== undefined && !/^[\w-]{1,256}$/.test(secret))
    throw badRequest('secret token contains unallowed characters');
  if (flagOf(parameters, 'drop_pending_updates')) updates.clear();
  if (url === '') {
    webhook.set(undefined);
    return true;
  }
  checkWebhookUrl(url);
  updates.allow(allowedOf(parameters));
  updates.endPoll('terminated by setWebhook request');
  webhook.set({ url, secret, maxConnections: Math.min(Math.max(maxConnections, 1), 100) });
  return true;
};

export const deleteWebhook: Method = ({ updates, webhook }, parameters) => {
  if (flagOf(parameters, 'drop_pending_updates')) updates.clear();
  webhook.set(undefined);
  return true;
};

export const getWebhookInfo: Method = ({ updates, webhook }) => {
  const settings = webhook.settings();
  const lastError = webhook.lastError();
  const allowed = updates.allowedUpdates();
  return {
    url: settings?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: updates.pending().length,
    ...(settings ? { max_connections: settings.maxConnections, ip_address: '127.0.0.1' } : {}),
    ...(lastError ? { last_error_date: Math.floor(lastError.at / 1000), last_error_message: lastError.message } : {}),
    ...(allowed ? { allowed_updates: allowed } : {}),
  };
};

function allowedOf(parameters: Parameters): string[] | undefined {
  return listOf(parameters, 'allowed_updates')?.map(String);
}

/** Telegram requires https and a public address; the sandbox calls loopback only, where plain http is enough. */
function checkWebhookUrl(url: string): void {
  if (!URL.canParse(url)) throw badRequest(`bad webhook: invalid webhook URL specified`);
  const { protocol, hostname, port } = new URL(url);
  const isLocal = LOOPBACK.test(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) {
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  }
  if (protocol === 'https:' && !WEBHOOK_PORTS.has(port)) {
    throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  }
  const link = checkLink(url);
  if (!link.ok && !isLocal) throw new BotApiError(400, `Bad Request: bad webhook: ${link.reason}`);
  if (!isLocal) throw badRequest('bad webhook: the sandbox delivers to this machine only');
}
