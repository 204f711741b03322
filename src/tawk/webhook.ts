import type { Admission, Arrival } from '../sources/endpoint.ts';
import { requireSignature } from '../sources/require-signature.ts';
import { keptHeaders } from '../sources/headers.ts';
import { cleanId, cleanLine } from '../sources/clean-text.ts';
import { eventNameOf } from './payload.ts';
import { isSigned } from './signature.ts';

/** A transcript of 400 long messages is about 2 MB, and one that is refused comes again for 12 hours. */
export const tawkWebhook = { path: '/webhooks/tawkto', maxBytes: 5_000_000 } as const;

/** Empty `secrets` means not configured. */
export type TawkSettings = Readonly<{ secrets: readonly string[]; allowUnsigned: boolean }>;

const howToConfigure =
  'Set TAWK_WEBHOOK_SECRET to the secret of the webhook in Tawk.to (or ALLOW_UNSIGNED=true to accept unsigned webhooks) and restart.';

/** Authenticates a webhook: by its signature, or unsigned where that is allowed; readable or not. Throws Refusal. */
export function admitTawkWebhook(arrival: Arrival, settings: TawkSettings): Admission {
  requireSignature(settings, () => isSigned(arrival.rawBody, arrival.header, settings.secrets), howToConfigure);
  return {
    source: 'tawk',
    event: cleanLine(eventNameOf(arrival.rawBody) ?? '', 100) || 'unreadable',
    deliveryId: cleanId(arrival.header('x-hook-event-id') ?? ''),
    headers: keptHeaders(arrival, ['content-type', 'user-agent']),
  };
}
