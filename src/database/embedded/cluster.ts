import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { advice, EmbeddedPostgresError } from './error.ts';
import { type Account, run } from './run.ts';

/** A database on disk with what is needed to run it. */
export type Cluster = { home: string; data: string; logFile: string; binaries: Binaries; account: Account | undefined };

export function clusterIn(home: string, binaries: Binaries, account: Account | undefined): Cluster {
  return { home, data: join(home, 'data'), logFile: join(home, 'postgres.log'), binaries, account };
}

/**
 * Runs initdb in a new directory inside `parent` and returns it: whoever gives it its final name has a whole database.
 * As root the directory stays root's and only `data` becomes the account's, so that nothing the account
 * (a shared `nobody`, perhaps) does there can lead a later write of root astray.
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
      // PostgreSQL's own C.UTF-8: no locale of the system is needed, and no upgrade of the system breaks an index.
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

/** The database must be of the installed major version; PostgreSQL does not read another's files. */
export async function checkVersion(cluster: Cluster): Promise<void> {
  const version = (await readFile(join(cluster.data, 'PG_VERSION'), 'utf8')).trim();
  const { major } = cluster.binaries;
  if (version === String(major)) return;
  throw new EmbeddedPostgresError(
    `${cluster.data} holds a database of PostgreSQL ${version}, and PostgreSQL ${major} is installed. Either go back to the ` +
      `release of Bellhop that came with PostgreSQL ${version}, save the data with pg_dump and load it into the new database; ` +
      `or let a PostgreSQL ${version} of your own serve it and set DATABASE_URL; ` +
      `or move ${cluster.home} away to start with an empty database.`,
  );
}

export async function readPassword(cluster: Cluster): Promise<string> {
  const file = join(cluster.home, 'password');
  const password = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (password) return password;
  throw new EmbeddedPostgresError(
    `The password of the database is missing: ${file}. Bring that file back from a backup, ` +
      `or move ${cluster.home} away to start with an empty database.`,
  );
}

/** What a killed start left behind. No initdb takes ten minutes, so one of another process that is still at it is safe. */
async function removeAbandonedBuilds(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith('postgres.new-')) continue;
    const path = join(parent, name);
    const status = await stat(path).catch(() => undefined);
    if (status && Date.now() - status.mtimeMs > 600_000) await rm(path, { recursive: true, force: true });
  }
}
