import { type Given, type Problem, problemWith } from './config-variables.ts';

const CHATWOOT_API = ['CHATWOOT_BASE_URL', 'CHATWOOT_ACCOUNT_ID', 'CHATWOOT_API_TOKEN'] as const;
const WEBHOOK_PORTS = ['443', '80', '88', '8443'];

/** What is wrong between variables. Looks at the text as given, so that it also speaks when one of them does not parse. */
export function checkTogether(given: Given): Problem[] {
  return [...checkWebhookMode(given), ...checkChatwootApi(given), ...checkSandboxRoles(given)];
}

function checkWebhookMode(given: Given): Problem[] {
  if (given.TELEGRAM_MODE?.toLowerCase() !== 'webhook') return [];
  const problems: Problem[] = [];
  const url = URL.parse(given.PUBLIC_URL ?? '');
  if (!given.PUBLIC_URL) {
    problems.push(problemWith('PUBLIC_URL', 'is needed for TELEGRAM_MODE=webhook: Telegram posts updates there'));
  } else if (url?.protocol === 'http:') {
    problems.push(problemWith('PUBLIC_URL', 'must be https:// for TELEGRAM_MODE=webhook: Telegram calls no other'));
  } else if (url?.protocol === 'https:' && !WEBHOOK_PORTS.includes(url.port || '443')) {
    problems.push(problemWith('PUBLIC_URL', 'must use port 443, 80, 88 or 8443 for TELEGRAM_MODE=webhook'));
  }
  if (!given.TELEGRAM_WEBHOOK_SECRET) {
    problems.push(problemWith('TELEGRAM_WEBHOOK_SECRET', 'is needed for TELEGRAM_MODE=webhook: it proves who calls'));
  }
  return problems;
}

function checkChatwootApi(given: Given): Problem[] {
  const present = CHATWOOT_API.filter((name) => given[name]);
  if (present.length === 0) return [];
  const because = `is missing while ${present.join(' and ')} ${present.length > 1 ? 'are' : 'is'} set: set all three or none`;
  return CHATWOOT_API.filter((name) => !given[name]).map((name) => problemWith(name, because));
}

function checkSandboxRoles(given: Given): Problem[] {
  const names = given.ROLES?.toLowerCase().split(',') ?? [];
  if (given.TELEGRAM_BOT_TOKEN || names.length === 0 || names.some((name) => name.trim() === 'bot')) return [];
  const because =
    'must include bot in sandbox mode, because the sandbox lives in this process: add bot, or set TELEGRAM_BOT_TOKEN';
  return [problemWith('ROLES', because)];
}
