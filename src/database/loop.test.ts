import { expect, test, vi } from 'vitest';
import { createLoop } from './loop.ts';

const hourMs = 3_600_000;

test('a tick during a run causes one more run, never two at once', async (context) => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let begun = 0;
  let atOnce = 0;
  let maxAtOnce = 0;
  const run = async () => {
    const gate = gates[begun];
    begun += 1;
    atOnce += 1;
    maxAtOnce = Math.max(maxAtOnce, atOnce);
    await gate?.promise;
    atOnce -= 1;
    return undefined;
  };
  const loop = createLoop({ run, failed: () => undefined, retryInMs: hourMs });
  context.onTestFinished(loop.stop);
  loop.tick();
  expect(begun).toBe(0);
  loop.start();
  await vi.waitUntil(() => begun === 1);
  loop.tick();
  loop.tick();
  gates[0]?.resolve();
  await vi.waitUntil(() => begun === 2);
  gates[1]?.resolve();
  await vi.waitUntil(() => atOnce === 0);
  expect([begun, maxAtOnce]).toEqual([2, 1]);
});

test('a run says when the next one is due, and a failed run is repeated', async (context) => {
  const results = [0, new Error('no answer'), hourMs];
  const failures: unknown[] = [];
  let runs = 0;
  const run = async () => {
    const result = results[runs];
    runs += 1;
    if (result instanceof Error) throw result;
    return result;
  };
  const loop = createLoop({ run, failed: (err) => failures.push(err), retryInMs: 0 });
  context.onTestFinished(loop.stop);
  loop.start();
  await vi.waitUntil(() => runs === 3);
  expect(failures).toEqual([results[1]]);
});

test('stop aborts the run in flight and waits for it; a later start runs again', async (context) => {
  let runs = 0;
  let isAborted = false;
  const run = async (stopping: AbortSignal) => {
    runs += 1;
    if (runs > 1) return undefined;
    await new Promise((resolve) => stopping.addEventListener('abort', resolve));
    isAborted = true;
    return 0;
  };
  const loop = createLoop({ run, failed: () => undefined, retryInMs: hourMs });
  context.onTestFinished(loop.stop);
  loop.start();
  await vi.waitUntil(() => runs === 1);
  await loop.stop();
  expect([runs, isAborted]).toEqual([1, true]);
  loop.start();
  await vi.waitUntil(() => runs === 2);
});
