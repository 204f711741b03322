import { unquote } from './fields.ts';
import { type Given, type Problem, problemWith } from './variables.ts';

const CHATWOOT_API = ['CHATWOOT_BASE_URL', 'CHATWOOT_ACCOUNT_ID', 'CHATWOOT_API_TOKEN'] as const;

/** Contradictions between variables. Reads the raw text, so that it works when one of them does not parse. */
export function checkTogether(given: Given): Problem[] {
  return [...checkMode(given), ...checkChatwootApi(given), ...checkSandboxRoles(given)];
}

function checkMode(given: Given): Problem[] {
  if (given.TELEGRAM_MODE?.toLowerCase() !== 'webhook') return [];
  const because =
    'must be polling, the only mode in this version: remove this setting; polling needs no public address';
  return [problemWith('TELEGRAM_MODE', because)];
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
