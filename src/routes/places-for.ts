import type { ChatPlace } from './lane.ts';

/** Where the cards and documents of an incidence go. Every configured place gets every incidence. */
export function placesFor(
  _incidence: Readonly<{ id: number }>,
  configured: readonly ChatPlace[],
): readonly ChatPlace[] {
  return configured;
}
