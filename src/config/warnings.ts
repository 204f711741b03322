import { editDistance } from './edit-distance.ts';
import { isGettextList, unquote } from './fields.ts';
import { unusableProxies } from './proxy.ts';
import {
  EXAMPLES,
  fileVariable,
  type Given,
  GUARDS,
  type Problem,
  problemWith,
  SECRETS,
  VARIABLE_NAMES,
  type VariableName,
} from './variables.ts';

const minSecretLength = 16;
/** Matching pairs are already removed, so this is a single or typographic one. */
const quoteAtAnEnd = /^["'“”‘’„«»]|["'“”‘’„«»]$/;
/** People leave words out of a name more often than they mistype it. */
const wordsAreLeftOut = { replaced: 2 };
/** Kubernetes sets these for every service, and one may be called chatwoot: `CHATWOOT_PORT_3000_TCP_ADDR`. */
const kubernetesService = /_SERVICE_HOST$|(_SERVICE)?_PORT(_[A-Z0-9_]+)?$/;
const ourPrefixes = ['TELEGRAM_', 'CHATWOOT_', 'TAWK_'];

/** Settings that work but are probably a mistake. */
export function warn(given: Given, http: { loopback: boolean; allowUnsigned: boolean }): Problem[] {
  return [
    ...warnOfSecrets(given),
    ...warnOfNoEffect(given),
    ...warnOfExposure(given, http),
    ...warnOfMisfits(given),
    ...warnOfProxies(given),
    ...warnOfTypos(given),
  ];
}

function warnOfSecrets(given: Given): Problem[] {
  const problems: Problem[] = [];
  for (const name of GUARDS) {
    const parts = secretsIn(name, given[name]);
    if (parts.includes(EXAMPLES[name])) {
      problems.push(problemWith(name, 'is the public example value: set a value of your own'));
    } else if (parts.some((part) => part.length < minSecretLength)) {
      problems.push(
        problemWith(name, `is shorter than ${minSecretLength} characters and can be guessed: use a longer one`),
      );
    } else if (parts.some((part) => quoteAtAnEnd.test(part))) {
      problems.push(problemWith(name, 'starts or ends with a quotation mark, which is part of the secret'));
    }
  }
  if (given.CHATWOOT_ALERT_KEY && !/^[\w.~-]+$/.test(given.CHATWOOT_ALERT_KEY)) {
    const because = 'contains characters that must be percent-encoded in /api/v1/chatwoot/webhook/<key>';
    problems.push(problemWith('CHATWOOT_ALERT_KEY', because));
  }
  return problems;
}

function secretsIn(name: VariableName, value: string | undefined): string[] {
  if (value === undefined) return [];
  const several = name === 'CHATWOOT_WEBHOOK_SECRET' || name === 'TAWK_WEBHOOK_SECRET';
  return several ? value.split(',').map(unquote) : [value];
}

function warnOfNoEffect(given: Given): Problem[] {
  const problems: Problem[] = [];
  const isPolling = given.TELEGRAM_MODE?.toLowerCase() !== 'webhook';
  if (isPolling && given.TELEGRAM_WEBHOOK_SECRET) {
    problems.push(problemWith('TELEGRAM_WEBHOOK_SECRET', 'has no effect unless TELEGRAM_MODE=webhook'));
  }
  const hasApi = given.CHATWOOT_BASE_URL && given.CHATWOOT_ACCOUNT_ID && given.CHATWOOT_API_TOKEN;
  for (const name of ['CHATWOOT_SYNC', 'CHATWOOT_RECONCILE_SECONDS'] as const) {
    if (hasApi || !given[name]) continue;
    const because = 'has no effect without CHATWOOT_BASE_URL, CHATWOOT_ACCOUNT_ID and CHATWOOT_API_TOKEN';
    problems.push(problemWith(name, because));
  }
  return problems;
}

function warnOfExposure(given: Given, http: { loopback: boolean; allowUnsigned: boolean }): Problem[] {
  if (http.loopback) return [];
  if (http.allowUnsigned) {
    return [
      problemWith('ALLOW_UNSIGNED', 'lets anyone who can reach this address post events: use it only for testing'),
    ];
  }
  if (given.TELEGRAM_BOT_TOKEN) return [];
  const because = 'exposes the sandbox beyond this machine, so unsigned events are rejected unless ALLOW_UNSIGNED=true';
  return [problemWith('HOST', because)];
}

function warnOfMisfits(given: Given): Problem[] {
  const problems: Problem[] = [];
  const chatwoot = URL.parse(given.CHATWOOT_BASE_URL ?? '');
  if (chatwoot && !chatwoot.hostname.includes('.')) {
    const because = 'has a host without a dot: Telegram rejects links to it, so cards have no link';
    problems.push(problemWith('CHATWOOT_BASE_URL', because));
  }
  if (given.LANGUAGE && isGettextList(given.LANGUAGE) && !/(^|:)en/i.test(given.LANGUAGE)) {
    problems.push(problemWith('LANGUAGE', 'is set by the desktop to a language that is not available: using en'));
  }
  return problems;
}

function warnOfProxies(given: Given): Problem[] {
  const problem = 'is not an HTTP proxy and is ignored: only http:// and https:// proxies are supported';
  return unusableProxies(given).map((variable) => ({
    variable,
    problem,
    example: `${variable}=http://proxy.example.com:3128`,
  }));
}

/** Whoever sets `TELEGRAM_TOKEN` expects it to have an effect. */
function warnOfTypos(given: Given): Problem[] {
  const known = new Set<string>([...VARIABLE_NAMES, ...SECRETS.map(fileVariable)]);
  const problems: Problem[] = [];
  for (const name of Object.keys(given).toSorted()) {
    const prefix = ourPrefixes.find((start) => name.startsWith(start));
    if (!prefix || known.has(name) || kubernetesService.test(name)) continue;
    const meant = nearestName(name, prefix);
    const because = `is not a setting and has no effect; did you mean ${meant}?`;
    problems.push({ variable: name, problem: because, example: `${meant}=${EXAMPLES[meant]}` });
  }
  return problems;
}

/** One that has all words of the name comes before one that is spelled more like it. */
function nearestName(name: string, prefix: string): VariableName {
  const words = name.split('_');
  const ranked = VARIABLE_NAMES.filter((known) => known.startsWith(prefix))
    .map((known) => ({
      known,
      hasAll: words.every((word) => known.split('_').includes(word)),
      distance: editDistance(name, known, wordsAreLeftOut),
    }))
    .toSorted((a, b) => Number(b.hasAll) - Number(a.hasAll) || a.distance - b.distance);
  return ranked[0]?.known ?? 'TELEGRAM_BOT_TOKEN';
}
