import { editDistance } from '../edit-distance.ts';
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
  WITHOUT_EFFECT,
} from './variables.ts';

const SHORTEST_SECRET = 16;
/** A matching pair was removed before, so this one stands alone or is typographic. */
const QUOTE_AT_AN_END = /^["'“”‘’„«»]|["'“”‘’„«»]$/;
/** People leave words out of a name more often than they mistype it. */
const wordsAreLeftOut = { replaced: 2 };
/** Kubernetes sets these for every service, and one may be called chatwoot: `CHATWOOT_PORT_3000_TCP_ADDR`. */
const KUBERNETES_SERVICE = /_SERVICE_HOST$|(_SERVICE)?_PORT(_[A-Z0-9_]+)?$/;
const OUR_PREFIXES = ['TELEGRAM_', 'CHATWOOT_', 'TAWK_'];

/** What starts but is probably not meant. */
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
      problems.push(problemWith(name, 'is the example, which everybody can read: put your own value there'));
    } else if (parts.some((part) => part.length < SHORTEST_SECRET)) {
      problems.push(problemWith(name, `is shorter than ${SHORTEST_SECRET} characters, so that it can be guessed`));
    } else if (parts.some((part) => QUOTE_AT_AN_END.test(part))) {
      problems.push(problemWith(name, 'begins or ends with a quotation mark, which counts as part of the secret'));
    }
  }
  if (given.CHATWOOT_ALERT_KEY && !/^[\w.~-]+$/.test(given.CHATWOOT_ALERT_KEY)) {
    const because = 'has characters that must be percent-encoded in the address /api/v1/chatwoot/webhook/<key>';
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
  const isDefault = given.BUSINESS_HOURS?.toLowerCase() === 'always';
  return WITHOUT_EFFECT.filter((name) => given[name] && !(name === 'BUSINESS_HOURS' && isDefault)).map((name) =>
    problemWith(name, 'has no effect in this version: nothing reads it yet'),
  );
}

function warnOfExposure(given: Given, http: { loopback: boolean; allowUnsigned: boolean }): Problem[] {
  if (http.loopback) return [];
  if (http.allowUnsigned) {
    return [
      problemWith('ALLOW_UNSIGNED', 'lets anyone who reaches this address post events: only for trying things out'),
    ];
  }
  if (given.TELEGRAM_BOT_TOKEN) return [];
  const because =
    'opens the sandbox beyond this machine, so unsigned events are refused there unless ALLOW_UNSIGNED=true';
  return [problemWith('HOST', because)];
}

function warnOfMisfits(given: Given): Problem[] {
  const problems: Problem[] = [];
  const chatwoot = URL.parse(given.CHATWOOT_BASE_URL ?? '');
  if (chatwoot && !chatwoot.hostname.includes('.')) {
    const because = 'has a host without a dot: Telegram refuses link buttons to it, so cards come without the link';
    problems.push(problemWith('CHATWOOT_BASE_URL', because));
  }
  if (given.LANGUAGE && isGettextList(given.LANGUAGE) && !/(^|:)en/i.test(given.LANGUAGE)) {
    problems.push(problemWith('LANGUAGE', 'comes from the desktop and names no language available here: en is used'));
  }
  return problems;
}

function warnOfProxies(given: Given): Problem[] {
  const problem = 'names no HTTP proxy and is ignored: only http:// and https:// proxies can be used';
  return unusableProxies(given).map((variable) => ({
    variable,
    problem,
    example: `${variable}=http://proxy.example.com:3128`,
  }));
}

/** `TELEGRAM_TOKEN` is set by somebody who believes that it does something. */
function warnOfTypos(given: Given): Problem[] {
  const known = new Set<string>([...VARIABLE_NAMES, ...SECRETS.map(fileVariable)]);
  const problems: Problem[] = [];
  for (const name of Object.keys(given).toSorted()) {
    const prefix = OUR_PREFIXES.find((start) => name.startsWith(start));
    if (!prefix || known.has(name) || KUBERNETES_SERVICE.test(name)) continue;
    const meant = nearestName(name, prefix);
    const because = `is not a setting and has no effect; did you mean ${meant}?`;
    problems.push({ variable: name, problem: because, example: `${meant}=${EXAMPLES[meant]}` });
  }
  return problems;
}

function nearestName(name: string, prefix: string): VariableName {
  const ranked = VARIABLE_NAMES.filter((known) => known.startsWith(prefix))
    .map((known) => ({ known, distance: editDistance(name, known, wordsAreLeftOut) }))
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.known ?? 'TELEGRAM_BOT_TOKEN';
}
