import { pause } from '../database/pause.ts';

/** Resolves when all have settled, at the latest after `ms`. */
export async function waitAtMost(ms: number, all: readonly Promise<unknown>[]): Promise<void> {
  if (all.length === 0) return;
  const timeout = new AbortController();
  await Promise.race([Promise.all(all), pause(ms, timeout.signal)]);
  timeout.abort();
}
