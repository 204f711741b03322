import { cleanLine } from './clean-text.ts';
import type { Arrival } from './endpoint.ts';

/** Headers that help to understand a stored event. */
export function keptHeaders(arrival: Arrival, names: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = cleanLine(arrival.header(name) ?? '');
    if (value !== '') kept[name] = value;
  }
  return kept;
}
