import { unquote } from './fields.ts';
import { type Given, type Problem, problemWith } from './variables.ts';

const CHATWOOT_API = ['CHATWOOT_BASE_URL', 'CHATWOOT_ACCOUNT_ID', 'CHATWOOT_API_TOKEN'] as const;

/** Contradictions between variables. Reads the raw text, so that it works when one of them does not parse. */
export function checkTogether(given: Given): Problem[] {
  return [...checkDatabase(given), ...checkMode(given), ...checkChatwootApi(given), ...checkSandboxRoles(given)];
}

function checkDatabase(given: Given): Problem[] {
  if (!given.DATABASE_URL_DIRECT || given.DATABASE_URL) return [];
  const because =
    'is missing while DATABASE_URL_DIRECT is set: set both, or only DATABASE_URL where there is no pooler';
  return [problemWith('DATABASE_URL', because)];
}

/** Where Telegram's own servers deliver: other Bot API servers, such as one's own in local mode, have no such limits. */
const webhookPorts = ['', '80', '88', '443', '8443'];

/** Bot API, setWebhook. */
function checkMode(given: Given): Problem[] {
  if (given.TELEGRAM_MODE?.toLowerCase() !== 'webhook') return [];
  const withoutToken = 'is missing: TELEGRAM_MODE=webhook works only with a real bot';
  const tokenProblems = given.TELEGRAM_BOT_TOKEN ? [] : [problemWith('TELEGRAM_BOT_TOKEN', withoutToken)];
  return [...checkPublicUrl(given), ...tokenProblems];
}

function checkPublicUrl(given: Given): Problem[] {
  if (!given.PUBLIC_URL) {
    const because = 'is missing: with TELEGRAM_MODE=webhook, Telegram posts to <PUBLIC_URL>/telegram/webhook';
    return [problemWith('PUBLIC_URL', because)];
  }
  const url = URL.parse(given.PUBLIC_URL);
  const isOwnServer = given.TELEGRAM_API_ROOT !== undefined && !/api\.telegram\.org/i.test(given.TELEGRAM_API_ROOT);
  if (!url || isOwnServer) return [];
  if (url.protocol !== 'https:')
    return [problemWith('PUBLIC_URL', 'must start with https:// in webhook mode: Telegram delivers to no other')];
  if (!webhookPorts.includes(url.port))
    return [problemWith('PUBLIC_URL', 'must have port 443, 80, 88 or 8443 in webhook mode: Telegram uses no other')];
  return [];
}

function checkChatwootApi(given: Given): Problem[] {
  const present = CHATWOOT_API.filter((name) => given[name]);
  if (present.length === 0) return [];
  const because = `is missing while ${present.join(' and ')} ${present.length > 1 ? 'are' : 'is'} set: set all three or none`;
  return CHATWOOT_API.filter((name) => !given[name]).map((name) => problemWith(name, because));
}

function checkSandboxRoles(given: Given): Problem[] {
  const names = given.ROLES?.toLowerCase().split(',') ?? [];
  if (given.TELEGRAM_BOT_TOKEN || names.length === 0 || names.some((name) => unquote(name) === 'bot')) return [];
  const because =
    'must include bot in sandbox mode, because the sandbox runs in this process: add bot, or set TELEGRAM_BOT_TOKEN';
  return [problemWith('ROLES', because)];
}
