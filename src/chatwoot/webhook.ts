import { sameSecret } from '../sources/secret.ts';
import type { Admission, Arrival } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { requireSignature } from '../sources/require-signature.ts';
import { keptHeaders } from '../sources/headers.ts';
import { cleanId, cleanLine } from '../sources/clean-text.ts';
import { eventNameOf, type ReadBody, readBody } from './payload.ts';
import { isSigned, type SignatureCheck } from './signature.ts';

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

const howToConfigure =
  'Set CHATWOOT_WEBHOOK_SECRET to the secret of the webhook in Chatwoot (or ALLOW_UNSIGNED=true to accept unsigned webhooks) and restart.';

/** Authenticates and validates a webhook: by its signature or the unguessable path; unsigned only where that is allowed. Throws Refusal. */
export function admitChatwootWebhook(
  arrival: Arrival,
  settings: ChatwootSettings,
  read: ReadBody = readBody,
): Admission {
  const key = arrival.params['key'];
  if (key !== undefined) authenticateByKey(key, settings);
  else requireSignature(settings, () => check(arrival, settings), howToConfigure);

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

function check({ rawBody, header, now }: Arrival, { secrets }: ChatwootSettings): SignatureCheck {
  return isSigned(rawBody, header, secrets, now);
}

export function authenticateByKey(key: string, settings: ChatwootSettings): void {
  if (!settings.alertKey) {
    if (settings.allowUnsigned) return;
    throw new Refusal(
      'not_configured',
      'Set CHATWOOT_ALERT_KEY (a long random string) to use this address, and restart.',
    );
  }
  if (sameSecret(key, settings.alertKey)) return;
  throw new Refusal('unauthorized', 'The last part of this address must be the value of CHATWOOT_ALERT_KEY.');
}
