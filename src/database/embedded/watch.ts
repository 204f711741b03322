import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import type { Cluster } from './cluster.ts';
import { EmbeddedPostgresError } from './error.ts';
import { findServer, hasEnded } from './process.ts';
import type { Server } from './server.ts';

const lookEveryMs = 1_000;

/** `stop` resolves when no start is in progress. */
export type Watch = { stop: () => Promise<void> };

/**
 * Restarts the server when it dies (killed by the OOM killer or by hand). It must use the same port, which is in every
 * client's URL. Calls `lost` if that fails: then Bellhop must be restarted.
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
      {
        directory: cluster.home,
        hint: `Restarting it. If this repeats, check ${cluster.logFile} and the machine's memory.`,
      },
      'database.died',
    );
    const server = await given.restart();
    if (server.port !== port) {
      throw new EmbeddedPostgresError('Another process restarted PostgreSQL on another port: restart Bellhop.');
    }
    log.info({ directory: cluster.home, ...server }, 'database.restarted');
  }

  const running = run().catch((cause: unknown) => {
    if (signal.aborted) return;
    given.lost(
      cause instanceof EmbeddedPostgresError
        ? cause
        : new EmbeddedPostgresError('PostgreSQL died and cannot be restarted.', { cause }),
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
