import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Log } from '../../log.ts';
import { installedPackage, usableBinaries } from './binaries.ts';
import { buildCluster, checkVersion, type Cluster, clusterIn, readPassword } from './cluster.ts';
import { createDatabase, isUsedByOthers, servesDirectory } from './connection.ts';
import { EmbeddedPostgresError, explained } from './error.ts';
import { findPlace, publish, sharedDirectories, sharedDirectory } from './place.ts';
import { startOrAdopt, stopServer } from './server.ts';
import { watchServer } from './watch.ts';
import { makeDirectory } from './make-directory.ts';

export { EmbeddedPostgresError } from './error.ts';

export type EmbeddedPostgres = { url: string; stop(): Promise<void> };

export type EmbeddedPostgresOptions = {
  dataDir: string;
  log: Log;
  /** For tests: no fsync, many connections, stopped at once. The data does not survive a crash. */
  throwaway?: boolean;
  /** Where root puts what an unprivileged user cannot reach in DATA_DIR, in order of preference. */
  shared?: string[];
  /** Called when the server died and could not be restarted. */
  lost?: (reason: EmbeddedPostgresError) => void;
};

/**
 * A real PostgreSQL under `dataDir`: creates the database at the first start, then starts the server or adopts the one
 * that a killed Bellhop left running. Throws EmbeddedPostgresError, which says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, throwaway = false } = options;
  const startedAt = performance.now();
  const shared = options.shared ?? sharedDirectories;
  const cluster = await findOrBuild(options.dataDir, { log, throwaway, shared }).catch((error: unknown) => {
    throw explained(error, options.dataDir);
  });
  await checkVersion(cluster);

  const password = await readPassword(cluster);
  // Distinguishes our connections from those of another process on the same DATA_DIR.
  const applicationName = `bellhop-${randomUUID()}`;
  // Overrides PGSSLMODE and PGOPTIONS, which are meant for other servers.
  const parameters = `application_name=${applicationName}&sslmode=disable&options=%20`;
  const urlOf = (port: number, database: string) =>
    `postgres://bellhop:${password}@127.0.0.1:${port}/${database}?${parameters}`;

  const connects = (port: number) => servesDirectory(urlOf(port, 'postgres'), cluster.data);
  const { port, adopted } = await startOrAdopt(cluster, { throwaway, log, connects });
  const restart = () => startOrAdopt(cluster, { throwaway, log, connects, port });
  await createDatabase(urlOf(port, 'postgres'), 'bellhop').catch(async (error: unknown) => {
    if (!adopted) await stopServer(cluster, 'fast');
    throw error;
  });
  const ms = Math.round(performance.now() - startedAt);
  log.info({ directory: cluster.home, port, adopted, postgres: cluster.binaries.version, ms }, 'database.started');

  const url = urlOf(port, 'bellhop');
  const watch = options.lost && watchServer(cluster, { port, log, restart, lost: options.lost });
  let stopping: Promise<void> | undefined;
  return {
    url,
    stop() {
      stopping ??= (async () => {
        await watch?.stop();
        await stop(cluster, throwaway, log, () => isUsedByOthers(url, applicationName));
      })();
      return stopping;
    },
  };
}

async function findOrBuild(
  directory: string,
  { log, throwaway, shared }: { log: Log; throwaway: boolean; shared: string[] },
): Promise<Cluster> {
  await makeDirectory(resolve(directory));
  const dataDir = await realpath(resolve(directory));
  const place = await findPlace(dataDir, shared);
  const { account } = place;
  const copiesIn = () => {
    if (!account) throw new Error('only root needs a copy of the binaries');
    return sharedDirectory(account, shared);
  };
  const binaries = await usableBinaries(await installedPackage(), account, copiesIn);
  checkPath(binaries.directory);
  if (place.home !== undefined) return clusterIn(checkPath(place.home), binaries, account);

  checkPath(place.buildIn);
  const build = await buildCluster(place.buildIn, binaries, account, throwaway);
  const home = await publish(build, place.buildIn, dataDir);
  log.info({ directory: home, dataDir, user: account?.name }, 'database.created');
  if (place.buildIn !== dataDir && place.buildIn !== shared[0]) {
    const hint = `${shared[0]} is not writable, and the system may empty this directory: choose a DATA_DIR that every user can enter`;
    log.warn({ directory: home, hint }, 'database.created_in_temporary_directory');
  }
  return clusterIn(home, binaries, account);
}

/** The last process to leave stops the server. */
async function stop(
  cluster: Cluster,
  throwaway: boolean,
  log: Log,
  isUsedByOthers: () => Promise<boolean>,
): Promise<void> {
  const facts = { directory: cluster.home };
  if (!throwaway && (await isUsedByOthers())) {
    log.info(facts, 'database.left_running');
    return;
  }
  const stopped = await stopServer(cluster, throwaway ? 'immediate' : 'fast');
  if (stopped) log.info(facts, 'database.stopped');
  else log.warn({ ...facts, hint: `See ${cluster.logFile}.` }, 'database.stop_failed');
}

/** pg_ctl hands paths to a shell inside double quotes. */
function checkPath(path: string): string {
  if (process.platform === 'win32' || !/["$`\\\n]/.test(path)) return path;
  throw new EmbeddedPostgresError(
    `PostgreSQL's pg_ctl cannot work in ${path}: choose a directory without the characters " $ \` and \\.`,
  );
}
