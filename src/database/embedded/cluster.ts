import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { advice, EmbeddedPostgresError } from './error.ts';
import { type Account, run } from './run.ts';

/** A database on disk and what is needed to run it. */
export type Cluster = { home: string; data: string; logFile: string; binaries: Binaries; account: Account | undefined };

export function clusterIn(home: string, binaries: Binaries, account: Account | undefined): Cluster {
  return { home, data: join(home, 'data'), logFile: join(home, 'postgres.log'), binaries, account };
}

/**
 * Runs initdb in a new directory inside `parent` and returns it. Renaming it to its final name is atomic.
 * As root, the directory stays owned by root and only `data` belongs to the account, so that the account
 * (perhaps a shared `nobody`) cannot redirect a later write by root.
 */
export async function buildCluster(
  parent: string,
  binaries: Binaries,
  account: Account | undefined,
  throwaway: boolean,
): Promise<string> {
  await removeAbandonedBuilds(parent);
  const build = join(parent, `postgres.new-${randomUUID()}`);
  try {
    await mkdir(build);
    await chmod(build, account ? 0o711 : 0o700);
    await mkdir(join(build, 'data'), { mode: 0o700 });
    await writeFile(join(build, 'password'), randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    if (account) for (const name of ['data', 'password']) await chown(join(build, name), account.uid, account.gid);
    await initdb(build, binaries, account, throwaway);
    return build;
  } catch (error) {
    await rm(build, { recursive: true, force: true });
    throw error;
  }
}

async function initdb(
  build: string,
  binaries: Binaries,
  account: Account | undefined,
  throwaway: boolean,
): Promise<void> {
  const result = await run(
    join(binaries.directory, 'bin', 'initdb'),
    [
      `--pgdata=${join(build, 'data')}`,
      '--username=bellhop',
      `--pwfile=${join(build, 'password')}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // PostgreSQL's built-in C.UTF-8 needs no system locale, and no system upgrade corrupts an index.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
      ...(throwaway ? ['--no-sync'] : []),
    ],
    { as: account, cwd: build, timeoutMs: 300_000 },
  );
  if (result.code === 0) return;
  throw new EmbeddedPostgresError(`initdb could not create the database in ${build}. ${advice(result.output)}`);
}

/** The database must have the installed major version; PostgreSQL cannot read the files of another. */
export async function checkVersion(cluster: Cluster): Promise<void> {
  const version = (await readFile(join(cluster.data, 'PG_VERSION'), 'utf8')).trim();
  const { major } = cluster.binaries;
  if (version === String(major)) return;
  throw new EmbeddedPostgresError(
    `${cluster.data} contains a PostgreSQL ${version} database, but PostgreSQL ${major} is installed. Either return to the ` +
      `release of Bellhop that came with PostgreSQL ${version}, save the data with pg_dump and load it into the new database; ` +
      `or serve it with your own PostgreSQL ${version} and set DATABASE_URL; ` +
      `or move ${cluster.home} away to start with an empty database.`,
  );
}

export async function readPassword(cluster: Cluster): Promise<string> {
  const file = join(cluster.home, 'password');
  const password = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (password) return password;
  throw new EmbeddedPostgresError(
    `The database password is missing: ${file}. Restore that file from a backup, ` +
      `or move ${cluster.home} away to start with an empty database.`,
  );
}

/** Removes what a killed start left behind. initdb never takes ten minutes, so another process's current one is safe. */
async function removeAbandonedBuilds(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith('postgres.new-')) continue;
    const path = join(parent, name);
    const status = await stat(path).catch(() => undefined);
    if (status && Date.now() - status.mtimeMs > 600_000) await rm(path, { recursive: true, force: true });
  }
}
