import type { Endpoint, Operation } from '../sources/endpoint.ts';
import { contextEndpoint, type ContextSettings } from './context.ts';
import { webhookDocs } from './documentation.ts';
import { visitorHash, type VisitorHashSettings } from './visitor-hash.ts';
import { admitTawkWebhook, type TawkSettings, tawkWebhook } from './webhook.ts';

/** Tawk repeats whatever is not answered 2xx for 12 hours: an event we cannot read is kept and answered like any other. */
export function tawkEndpoints(settings: TawkSettings & ContextSettings): Endpoint[] {
  return [
    {
      ...tawkWebhook,
      docs: webhookDocs,
      admit: (arrival) => ({
        admission: admitTawkWebhook(arrival, settings),
        answer: () => ({ status: 200, body: { status: 'ok' } }),
      }),
    },
    contextEndpoint(settings),
  ];
}

export function tawkOperations(settings: VisitorHashSettings): Operation[] {
  return [visitorHash(settings)];
}
