import type { ChatPlace } from '../delivery/delivery.ts';
import type { Incidence } from '../incidences/incidence.ts';

/** Where the cards and documents of an incidence go. Every configured place gets every incidence. */
export function placesFor(_incidence: Incidence, configured: readonly ChatPlace[]): readonly ChatPlace[] {
  return configured;
}
