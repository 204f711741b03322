import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after `ms`, or at once when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Resolves when all have settled, at the latest after `ms`. */
export async function waitAtMost(ms: number, all: readonly Promise<unknown>[]): Promise<void> {
  if (all.length === 0) return;
  const timeout = new AbortController();
  await Promise.race([Promise.all(all), pause(ms, timeout.signal)]);
  timeout.abort();
}
