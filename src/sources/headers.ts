import { cleanLine } from './clean-text.ts';
import type { Arrival } from './endpoint.ts';

/** Headers that help to understand a stored event. */
export function keptHeaders(arrival: Arrival, names: readonly string[]): Record<string, string> {
  const kept = names.map((name) => [name, cleanLine(arrival.header(name) ?? '')] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== ''));
}
