import { type Admission, type Arrival, Refusal } from '../inbound/source.ts';
import { cleanId, cleanLine } from '../sources/clean-text.ts';
import { eventNameOf } from './payload.ts';
import { isSigned } from './signature.ts';

/** A transcript of 400 long messages is about 2 MB, and one that is refused comes again for 12 hours. */
export const tawkWebhook = { path: '/webhooks/tawkto', maxBytes: 5_000_000 } as const;

/** Empty `secrets` means not configured. */
export type TawkSettings = Readonly<{ secrets: readonly string[]; allowUnsigned: boolean }>;

/** Lets a webhook in: signed, or unsigned where that is allowed; readable or not. Throws Refusal. */
export function admitTawkWebhook(arrival: Arrival, settings: TawkSettings): Admission {
  authenticate(arrival, settings);
  return {
    source: 'tawk',
    event: cleanLine(eventNameOf(arrival.rawBody) ?? '', 100) || 'unreadable',
    deliveryId: cleanId(arrival.header('x-hook-event-id') ?? ''),
    headers: keptHeaders(arrival, ['content-type', 'user-agent']),
  };
}

/** A signature, where present, must be valid even if unsigned bodies are accepted; without a secret it cannot be checked. */
function authenticate(arrival: Arrival, settings: TawkSettings): void {
  if (settings.secrets.length === 0) {
    if (settings.allowUnsigned) return;
    throw new Refusal(
      'not_configured',
      'Set TAWK_WEBHOOK_SECRET to the secret of the webhook in Tawk.to (or ALLOW_UNSIGNED=true to accept unsigned webhooks) and restart.',
    );
  }
  const check = isSigned(arrival.rawBody, arrival.header, settings.secrets);
  if (check.ok || (check.fault === 'missing-signature' && settings.allowUnsigned)) return;
  throw new Refusal('invalid_signature', check.message);
}

function keptHeaders(arrival: Arrival, names: readonly string[]): Record<string, string> {
  const kept = names.map((name) => [name, cleanLine(arrival.header(name) ?? '')] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== ''));
}
