import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import type { Cluster } from './cluster.ts';
import { EmbeddedPostgresError } from './error.ts';
import { findServer, hasEnded } from './process.ts';
import type { Server } from './server.ts';

const lookEveryMs = 1_000;

/** `stop` resolves when no start is under way any more. */
export type Watch = { stop: () => Promise<void> };

/**
 * Starts the server again when it ends by itself (killed for want of memory, or by hand). It must come back on its port,
 * which stands in everybody's URL. `lost` is told when that fails: then only a new start of Bellhop helps.
 */
export function watchServer(
  cluster: Cluster,
  given: { port: number; log: Log; restart: () => Promise<Server>; lost: (reason: EmbeddedPostgresError) => void },
): Watch {
  const { port, log } = given;
  const stopping = new AbortController();
  const { signal } = stopping;

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const server = await findServer(cluster.data);
      if (server.kind === 'running' && server.port === port) await untilItEnds(server.pid, signal);
      else await bringBack();
    }
  }

  async function bringBack(): Promise<void> {
    log.error(
      { directory: cluster.home, log: cluster.logFile },
      'database.ended: PostgreSQL ended by itself and is started again; if that repeats, look at its log and whether the machine runs out of memory',
    );
    const server = await given.restart();
    if (server.port !== port) {
      throw new EmbeddedPostgresError(
        'Another process started PostgreSQL again, on another port: start Bellhop again.',
      );
    }
    log.info({ directory: cluster.home, ...server }, 'database.started-again');
  }

  const running = run().catch((cause: unknown) => {
    if (signal.aborted) return;
    given.lost(
      cause instanceof EmbeddedPostgresError
        ? cause
        : new EmbeddedPostgresError('PostgreSQL ended and cannot be started again.', { cause }),
    );
  });
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

async function untilItEnds(pid: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await hasEnded(pid))) {
    await sleep(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
