import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, fail } from './check.ts';

/** A part of the doctor. What it throws, or that it does not end in time, becomes a failed check of this name. */
export type Checkup = Readonly<{
  name: string;
  timeoutMs?: number;
  run: () => readonly Check[] | Promise<readonly Check[]>;
}>;

const defaultTimeoutMs = 15_000;

/** Runs all of them at once, so that none hides or delays another. The results keep the order of the list. */
export async function runChecks(checkups: readonly Checkup[]): Promise<Check[]> {
  return (await Promise.all(checkups.map(runOne))).flat();
}

async function runOne({ name, timeoutMs = defaultTimeoutMs, run }: Checkup): Promise<readonly Check[]> {
  const ended = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: ended.signal }).then(
    () => [
      fail(name, `no result within ${timeoutMs / 1000} s`, {
        means: 'Something it depends on does not respond',
        change: 'Check the network and the machine load, and run the doctor again.',
      }),
    ],
    () => [],
  );
  try {
    return await Promise.race([Promise.resolve().then(run), late]);
  } catch (error) {
    return [
      fail(name, `the check itself failed (${error instanceof Error ? error.name : 'unknown error'})`, {
        means: 'Nothing is known about this part',
        change: 'Run the doctor again; if it fails again, report this as a bug in Bellhop.',
      }),
    ];
  } finally {
    ended.abort();
  }
}
