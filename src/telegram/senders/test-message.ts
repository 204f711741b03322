import type { Sender } from '../../delivery/lane-worker.ts';
import { testMessage } from '../views/notes.ts';
import { placePayload, type SenderDeps, sendText } from './deliver.ts';

/** What `POST /api/v1/chatwoot/test` sends. */
export function testSenders(deps: SenderDeps): Record<string, Sender> {
  return {
    test: (delivery, now) =>
      sendText(deps, delivery, placePayload.parse(delivery.payload), testMessage(now, deps.locale)),
  };
}
