import { vi } from 'vitest';
import { patienceMs } from './patience.ts';

/** For `sandbox.waitFor` where processes start, stop or recover. */
export const patiently = { timeoutMs: patienceMs };

/** Resolves with what `read` returns once that is truthy. */
export function waitUntil<T>(read: () => T | Promise<T>) {
  return vi.waitUntil(read, { interval: 20, timeout: patienceMs });
}
