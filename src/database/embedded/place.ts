import { randomUUID } from 'node:crypto';
import { chmod, link, lstat, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canEnter, isRoot, serviceAccount } from './account.ts';
import { EmbeddedPostgresError } from './error.ts';
import type { Account } from './run.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Where a database is or will be created. Its home is a directory with `data`, `password` and `postgres.log`:
 * `DATA_DIR/postgres`, or one in a shared directory that a pointer file in DATA_DIR names.
 */
export type Place = { account: Account | undefined } & ({ home: string } | { home: undefined; buildIn: string });

/** For root, in order of preference; the other two serve a read-only /var/lib. */
export const sharedDirectories = ['/var/lib/bellhop', '/var/tmp/bellhop', join(tmpdir(), 'bellhop')];
const pointerName = 'postgres-is-elsewhere.txt';

/** `dataDir` exists and is absolute. */
export async function findPlace(dataDir: string, shared: string[]): Promise<Place> {
  const pointer = await readPointer(dataDir);
  const home = pointer ?? join(dataDir, 'postgres');
  // Checked first: a home that another process creates now appears complete and must not be taken for an incomplete one.
  const isThere = await exists(home);
  if (await isDatabase(home)) return { home, account: await ownerOf(home) };

  if (pointer) {
    throw new EmbeddedPostgresError(
      `The database of ${dataDir} was in ${pointer}, which is missing. Restore it (is a disk not mounted?), ` +
        `or delete ${join(dataDir, pointerName)} to start with an empty database.`,
    );
  }
  // Left by an interrupted copy. It is kept for inspection.
  if (isThere) await rename(home, `${home}.incomplete-${randomUUID()}`);
  const account = isRoot() ? await serviceAccount() : undefined;
  if (!account || (await canEnter(account, dataDir))) return { home: undefined, account, buildIn: dataDir };
  return { home: undefined, account, buildIn: await sharedDirectory(account, shared) };
}

/**
 * Moves the finished `build` to its final path and returns that home. If another process was faster, returns its home
 * and removes `build`.
 */
export async function publish(build: string, buildIn: string, dataDir: string): Promise<string> {
  const inside = buildIn === dataDir;
  const home = join(buildIn, inside ? 'postgres' : `database-${randomUUID()}`);
  try {
    await rename(build, home);
    if (!inside) await writePointer(dataDir, home);
    return home;
  } catch (error) {
    const winner = inside ? home : await readPointer(dataDir);
    if (!winner || !(await isDatabase(winner))) throw error;
    await rm(inside ? build : home, { recursive: true, force: true });
    return winner;
  }
}

/** A directory owned by root that everyone can enter. One that another user created, in /tmp for example, is not trusted. */
export async function sharedDirectory(account: Account, candidates: string[]): Promise<string> {
  for (const directory of candidates) {
    try {
      await makeDirectory(directory);
      const status = await lstat(directory);
      if (!status.isDirectory() || status.uid !== 0) continue;
      await chmod(directory, 0o755);
      if (await canEnter(account, directory)) return directory;
    } catch {
      // Read-only or full: try the next one.
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL cannot run as root, and the user ${account.name} can use neither DATA_DIR nor any of ${candidates.join(', ')}. ` +
      'Make one of them writable, choose a DATA_DIR that every user can enter, run Bellhop as a regular user, or set DATABASE_URL.',
  );
}

/** initdb writes PG_VERSION early, and a home gets its name only when complete. */
async function isDatabase(home: string): Promise<boolean> {
  try {
    await stat(join(home, 'data', 'PG_VERSION'));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') throw notOurs(home);
    return false;
  }
}

/** PostgreSQL runs only as the owner of its data. */
async function ownerOf(home: string): Promise<Account | undefined> {
  const data = join(home, 'data');
  const { uid, gid } = await stat(data);
  if (!isRoot()) {
    if (process.getuid && process.getuid() !== uid) throw notOurs(home);
    return undefined;
  }
  if (uid === 0) {
    const { name } = await serviceAccount();
    throw new EmbeddedPostgresError(
      `${data} belongs to root, but PostgreSQL cannot run as root. Run: chown -R ${name} ${data}`,
    );
  }
  const account = { name: `with ID ${uid}`, uid, gid };
  if (!(await canEnter(account, data))) {
    throw new EmbeddedPostgresError(
      `The database in ${data} belongs to the user ${account.name}, who can no longer enter that directory. ` +
        'Allow access to each parent directory (chmod o+x), or move DATA_DIR to a directory that every user can enter.',
    );
  }
  return account;
}

function notOurs(home: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The database in ${home} belongs to another user. Run Bellhop as that user or as root, ` +
      'set DATA_DIR to a directory of your own, or set DATABASE_URL.',
  );
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function readPointer(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, pointerName), 'utf8').catch(() => '');
  return text.split('\n')[0]?.trim() || undefined;
}

/** Fails if the file exists: a link appears atomically, and only if the name is free. */
async function writePointer(dataDir: string, home: string): Promise<void> {
  const draft = join(dataDir, `.${pointerName}-${randomUUID()}`);
  const why =
    'Bellhop was started as root, PostgreSQL cannot run as root, and the user it runs as cannot enter this directory.';
  await writeFile(
    draft,
    `${home}\n\nThe line above is the location of this DATA_DIR's database.\n${why}\nBack up both together.\n`,
  );
  try {
    await link(draft, join(dataDir, pointerName));
  } finally {
    await rm(draft, { force: true });
  }
}
