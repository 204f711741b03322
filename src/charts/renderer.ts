import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { Chart } from './chart.ts';
import { fontFamily } from './theme.ts';

export type ChartRenderer = Readonly<{
  /** A picture; undefined where it cannot be drawn, which the log explains. */
  draw: (chart: Chart) => Promise<Buffer | undefined>;
  stop: () => Promise<void>;
}>;

/** The first takes longer: the library is loaded for it. */
const timeoutMs = 10_000;
/** Then the thread is given up. */
const stuckMs = 30_000;
/** At rest the thread would keep some 50 MB. */
const idleMs = 60_000;
const keptPictures = 40;

const answerSchema = z.object({ id: z.number(), png: z.instanceof(Uint8Array) });

type Waiting = Readonly<{ resolve: (png: Buffer) => void; reject: (reason: Error) => void }>;

/** Draws off the event loop, in a thread that is there only while charts are asked for. The same chart is drawn once. */
export function createChartRenderer({
  log,
  worker: file = new URL('./render-worker.js', import.meta.url),
}: Readonly<{ log: Log; worker?: URL }>): ChartRenderer {
  const pictures = new LRUCache<string, Buffer>({ max: keptPictures });
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  /** What waits for a thread that ended is not drawn. */
  function ended(which: Worker, reason: Error): void {
    if (which !== worker) return;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  }

  function running(): Worker {
    if (worker) return worker;
    const started = new Worker(file, {
      workerData: { fontFamily },
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    started.unref();
    started.on('message', (message) => {
      const { id, png } = answerSchema.parse(message);
      waiting.get(id)?.resolve(Buffer.from(png));
    });
    started.on('error', (err) => ended(started, err instanceof Error ? err : new Error(String(err))));
    started.on('exit', (code) => ended(started, new Error(`the thread ended with ${code}`)));
    worker = started;
    return started;
  }

  async function end(reason: string): Promise<void> {
    const which = worker;
    if (!which) return;
    ended(which, new Error(reason));
    await which.terminate();
  }

  async function drawInThread(chart: Chart): Promise<Buffer> {
    clearTimeout(idle);
    const id = (lastId += 1);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        timer = setTimeout(() => void end('it took too long'), stuckMs);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
        running().postMessage({ id, chart });
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
      idle = setTimeout(() => void end('nothing to draw'), idleMs).unref();
    }
  }

  /** Kept also where nobody waits for it any more: whoever asks again has it at once. */
  async function drawAndKeep(chart: Chart, key: string): Promise<Buffer | undefined> {
    try {
      const startedAt = performance.now();
      const png = await drawInThread(chart);
      log.debug({ ms: Math.round(performance.now() - startedAt), bytes: png.length }, 'chart.drawn');
      pictures.set(key, png);
      return png;
    } catch (err) {
      log.warn({ err, hint: 'The numbers are sent as text.' }, 'chart.failed');
      return undefined;
    }
  }

  return {
    draw: async (chart) => {
      const key = createHash('sha256').update(JSON.stringify(chart)).digest('base64');
      const known = pictures.get(key);
      if (known) return known;
      const waiting = new AbortController();
      const late = sleep(timeoutMs, undefined, { signal: waiting.signal }).catch(() => undefined);
      const png = await Promise.race([drawAndKeep(chart, key), late]);
      waiting.abort();
      return png;
    },
    stop: async () => {
      clearTimeout(idle);
      await end('stopping');
    },
  };
}
