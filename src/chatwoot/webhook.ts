import { sameSecret } from '../inbound/same-secret.ts';
import { type Admission, type Arrival, Refusal } from '../inbound/source.ts';
import { cleanId, cleanLine } from '../sources/clean-text.ts';
import { eventNameOf, type ReadBody, readBody } from './payload.ts';
import { isSigned } from './signature.ts';

/** `keyedWebhook` takes CHATWOOT_ALERT_KEY as `key`: automations and macros cannot sign. */
export const chatwootPaths = {
  alerts: '/api/v1/chatwoot/alerts',
  webhook: '/api/v1/chatwoot/webhook',
  keyedWebhook: '/api/v1/chatwoot/webhook/:key',
  test: '/api/v1/chatwoot/test',
  health: '/api/v1/chatwoot/health',
} as const;

/** Empty `secrets` or no `alertKey` means not configured. */
export type ChatwootSettings = Readonly<{
  secrets: readonly string[];
  alertKey?: string | undefined;
  allowUnsigned: boolean;
}>;

/** Lets a webhook in: signed, or by the unguessable path, or unsigned where that is allowed. Throws Refusal. */
export function admitChatwootWebhook(
  arrival: Arrival,
  settings: ChatwootSettings,
  read: ReadBody = readBody,
): Admission {
  const key = arrival.params['key'];
  if (key === undefined) authenticateBySignature(arrival, settings);
  else authenticateByKey(key, settings);

  return {
    source: 'chatwoot',
    event: describeForAnswer(arrival.rawBody, read).event ?? 'unreadable',
    deliveryId: cleanId(arrival.header('x-chatwoot-delivery') ?? ''),
    headers: keptHeaders(arrival, ['content-type', 'user-agent', 'x-chatwoot-timestamp']),
  };
}

/**
 * What the answer to a webhook may say of its body. Parses it: where the admission's event is not 'unreadable',
 * that is the same name without a second parse.
 */
export function describeForAnswer(
  rawBody: Buffer,
  read: ReadBody = readBody,
): { event: string | null; readable: boolean; problem?: string } {
  const body = read(rawBody);
  if (!body.ok)
    return { event: null, readable: false, problem: `The body is ${body.problem}: send one event as JSON.` };
  const event = cleanLine(eventNameOf(body.value) ?? '', 100);
  if (event) return { event, readable: true };
  return {
    event: null,
    readable: true,
    problem: `The body has no "event". Structured alerts (severity, reason, …) go to POST ${chatwootPaths.alerts}.`,
  };
}

/** Headers that help to understand a stored event. */
export function keptHeaders(arrival: Arrival, names: readonly string[]): Record<string, string> {
  const kept = names.map((name) => [name, cleanLine(arrival.header(name) ?? '')] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== ''));
}

/** A signature, where present, must be valid even if unsigned bodies are accepted; without a secret it cannot be checked. */
function authenticateBySignature(arrival: Arrival, settings: ChatwootSettings): void {
  if (settings.secrets.length === 0) {
    if (settings.allowUnsigned) return;
    throw new Refusal(
      'not_configured',
      'Set CHATWOOT_WEBHOOK_SECRET to the secret of the webhook in Chatwoot (or ALLOW_UNSIGNED=true to accept unsigned webhooks) and restart.',
    );
  }
  const check = isSigned(arrival.rawBody, arrival.header, settings.secrets, arrival.now);
  if (check.ok || (check.fault === 'missing-signature' && settings.allowUnsigned)) return;
  throw new Refusal('invalid_signature', check.message);
}

function authenticateByKey(key: string, settings: ChatwootSettings): void {
  if (!settings.alertKey) {
    if (settings.allowUnsigned) return;
    throw new Refusal(
      'not_configured',
      'Set CHATWOOT_ALERT_KEY (a long random text) to use this address, and restart.',
    );
  }
  if (sameSecret(key, settings.alertKey)) return;
  throw new Refusal('unauthorized', 'The last part of this address must be the value of CHATWOOT_ALERT_KEY.');
}
