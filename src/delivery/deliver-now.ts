import type { DeliveryRequest } from './delivery.ts';
import * as deliveryStore from './delivery-store.ts';
import { deliver, type WorkerDeps } from './lane-worker.ts';
import type { TakeTurn } from './turns.ts';

/**
 * Delivers what waits of this request as the answer to a person: ahead of all but the critical deliveries of its lane.
 * Nothing is done where it was delivered meanwhile. What cannot be delivered now follows at the pace of deliveries.
 * The next sender counts it as a delivery of its rank.
 */
export type DeliverNow = (request: Pick<DeliveryRequest, 'lane' | 'kind' | 'subject'>) => Promise<void>;

export function createDeliverNow(deps: WorkerDeps & Readonly<{ takeTurn: TakeTurn }>): DeliverNow {
  return async function deliverNow(request) {
    const { term, end } = await deps.takeTurn(request.lane);
    try {
      const waiting = term.lost.has(request.lane)
        ? undefined
        : await deliveryStore.findWaiting(deps.db, request, deps.now());
      if (!waiting) return;
      const { outcome } = await deliver(deps, term, waiting, 'interactive');
      if (outcome !== 'retry-after') return;
    } finally {
      end();
    }
    return deliverNow(request);
  };
}
