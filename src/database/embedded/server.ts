import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import type { Cluster } from './cluster.ts';
import { advice, EmbeddedPostgresError } from './error.ts';
import { freePort } from './free-port.ts';
import { findServer, removePidFile } from './process.ts';
import { run } from './run.ts';
import { serverSettings } from './settings.ts';

/** Crash recovery can take tens of seconds. */
const startLimitSeconds = 120;

export type Server = { port: number; adopted: boolean };

/**
 * Starts the server, or adopts a running one that a killed Bellhop left or another process just started.
 * `connects` checks whether the server on that port is ours.
 */
export async function startOrAdopt(
  cluster: Cluster,
  options: {
    throwaway: boolean;
    log: Log;
    connects: (port: number) => Promise<boolean>;
    /** The required port; any free one if unset. */
    port?: number;
  },
): Promise<Server> {
  const deadline = performance.now() + startLimitSeconds * 1000;
  let refusals = 0;
  let unclear = 0;
  while (performance.now() < deadline) {
    const state = await findServer(cluster.data);
    switch (state.kind) {
      case 'running':
        if (await options.connects(state.port)) return { port: state.port, adopted: true };
        break; // Still starting, recovering or stopping.
      case 'unclear':
        unclear += 1;
        if (unclear > 10) removePidFile(state.pidFile);
        break;
      case 'stopped': {
        const outcome = await start(cluster, options.throwaway, options.port ?? (await freePort()));
        if (outcome.ok) return { port: outcome.port, adopted: false };
        refusals += 1;
        // Temporary reasons: another process was faster or took the port, or a killed server's children are still ending.
        const passing = /lock file "postmaster.pid"|address already in use|shared memory block/i.test(outcome.output);
        if (!passing || refusals > 5) {
          throw new EmbeddedPostgresError(
            `PostgreSQL failed to start on ${cluster.data}. ${advice(outcome.output)}\nIts log: ${cluster.logFile}`,
          );
        }
        options.log.debug({ attempt: refusals }, 'database.start_refused');
      }
    }
    await delay(100);
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL on ${cluster.data} is running, but not ready after ${startLimitSeconds} seconds. Recovery after a crash ` +
      `may take longer: leave it running and start Bellhop again. Its log: ${cluster.logFile}`,
  );
}

/** Stops the server within 30 seconds; false if it still runs. Clients are disconnected. */
export async function stopServer(cluster: Cluster, mode: 'fast' | 'immediate'): Promise<boolean> {
  if ((await findServer(cluster.data)).kind === 'stopped') return true;
  if (await pgCtlStop(cluster, mode, 20)) return true;
  // Loses no commit: the next start replays the write-ahead log.
  return pgCtlStop(cluster, 'immediate', 10);
}

async function pgCtlStop(cluster: Cluster, mode: 'fast' | 'immediate', seconds: number): Promise<boolean> {
  const args = ['stop', '--silent', `--pgdata=${cluster.data}`, `--mode=${mode}`, '--wait', `--timeout=${seconds}`];
  const result = await pgCtl(cluster, args, seconds + 5);
  return result.code === 0 || (await findServer(cluster.data)).kind === 'stopped';
}

async function start(
  cluster: Cluster,
  throwaway: boolean,
  port: number,
): Promise<{ ok: true; port: number } | { ok: false; output: string }> {
  await prepareLog(cluster);
  const before = (await stat(cluster.logFile)).size;
  const settings = Object.entries(serverSettings(port, throwaway)).map(([name, value]) => `-c ${name}='${value}'`);
  const args = ['start', '--silent', `--pgdata=${cluster.data}`, `--log=${cluster.logFile}`, '--wait'];
  const result = await pgCtl(
    cluster,
    [...args, `--timeout=${startLimitSeconds}`, `--options=${settings.join(' ')}`],
    startLimitSeconds + 5,
  );
  if (result.code === 0) return { ok: true, port };
  return { ok: false, output: `${result.output}\n${await readFrom(cluster.logFile, before)}` };
}

function pgCtl(cluster: Cluster, args: string[], seconds: number) {
  const command = join(cluster.binaries.directory, 'bin', 'pg_ctl');
  return run(command, args, { as: cluster.account, cwd: cluster.home, timeoutMs: seconds * 1000 });
}

/** The account cannot create its log file in root's directory. One old log is kept. */
async function prepareLog(cluster: Cluster): Promise<void> {
  const size = await stat(cluster.logFile).then(
    (status) => status.size,
    () => 0,
  );
  if (size > 10_000_000) await rename(cluster.logFile, `${cluster.logFile}.old`);
  const file = await open(cluster.logFile, 'a', 0o600);
  if (cluster.account) await file.chown(cluster.account.uid, cluster.account.gid);
  await file.close();
}

/** What was written to the log since then, 64 kB at most. */
async function readFrom(path: string, position: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read({ position, buffer: Buffer.alloc(65_536) });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
