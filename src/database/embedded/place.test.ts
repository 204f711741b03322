import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../log.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { canEnter, isRoot, serviceAccount } from './account.ts';
import { installedPackage, usableBinaries } from './binaries.ts';
import { sharedDirectory } from './place.ts';

let open: string;
let closed: string;
let shared: string;
let started: EmbeddedPostgres[];

beforeEach(async () => {
  open = await mkdtemp(join(tmpdir(), 'bellhop-open-'));
  await chmod(open, 0o755);
  // Mode 700, as mktemp makes them.
  closed = await mkdtemp(join(tmpdir(), 'bellhop-closed-'));
  shared = join(open, 'shared');
  started = [];
});

afterEach(async () => {
  for (const database of started) await database.stop();
  await rm(open, { recursive: true, force: true });
  await rm(closed, { recursive: true, force: true });
});

/** Beside them may lie a copy of the binaries, where this working copy is closed to others. */
async function sharedDatabases(): Promise<string[]> {
  const names = await readdir(shared).catch(() => []);
  return names.filter((name) => name.startsWith('database-'));
}

describe.skipIf(!isRoot())('as root (skipped for an ordinary user, who needs none of it)', () => {
  test('the data lies in DATA_DIR where the unprivileged user can get there', async () => {
    await start(join(open, 'data'));
    expect(await readdir(join(open, 'data'))).toEqual(['postgres']);
    const { uid } = await serviceAccount();
    expect((await stat(join(open, 'data', 'postgres', 'data'))).uid).toBe(uid);
    expect((await stat(join(open, 'data', 'postgres'))).uid).toBe(0);
    expect(await sharedDatabases()).toEqual([]);
  });

  test('else in a shared directory that a pointer names, also after DATA_DIR was moved', async () => {
    const first = await start(join(closed, 'data'));
    const identity = await identityOf(first);
    await first.stop();
    const [home = ''] = (await sharedDatabases()).map((name) => join(shared, name));
    const pointer = await readFile(join(closed, 'data', 'postgres-is-elsewhere.txt'), 'utf8');
    expect(pointer.split('\n')[0]).toBe(home);

    await rename(join(closed, 'data'), join(closed, 'moved'));
    expect(await identityOf(await start(join(closed, 'moved')))).toEqual(identity);
    expect(await sharedDatabases()).toHaveLength(1);
  });

  test('a new DATA_DIR is a new database', async () => {
    const first = await start(join(closed, 'data'));
    const identity = await identityOf(first);
    await first.stop();
    await rm(join(closed, 'data'), { recursive: true });
    expect(await identityOf(await start(join(closed, 'data')))).not.toEqual(identity);
  });

  test('two first starts at the same moment share one database', async () => {
    const [one, other] = await Promise.all([start(join(closed, 'data')), start(join(closed, 'data'))]);
    expect(new URL(one.url).port).toBe(new URL(other.url).port);
    expect(await sharedDatabases()).toHaveLength(1);
    expect(await readdir(join(closed, 'data'))).toEqual(['postgres-is-elsewhere.txt']);
  });

  test('a database that is not where the pointer says is explained, not replaced by an empty one', async () => {
    await (await start(join(closed, 'data'))).stop();
    await rm(shared, { recursive: true });
    await expect(start(join(closed, 'data'))).rejects.toThrow(/was in .*shared.*, which is missing.* or delete /);
  });

  test('data that an administrator restored as root is explained', async () => {
    await mkdir(join(open, 'data', 'postgres', 'data'), { recursive: true });
    await writeFile(join(open, 'data', 'postgres', 'data', 'PG_VERSION'), '18\n');
    await expect(start(join(open, 'data'))).rejects.toThrow(/belongs to root.* Run: chown -R \w+ /);
  });

  test('binaries that the unprivileged user cannot reach are copied once', async () => {
    const account = await serviceAccount();
    const installed = { ...(await installedPackage()), native: join(closed, 'native') };
    await cp((await installedPackage()).native, installed.native, { recursive: true, verbatimSymlinks: true });
    await mkdir(shared);
    const copiesIn = () => Promise.resolve(shared);

    const copies = await Promise.all([1, 2].map(() => usableBinaries(installed, account, copiesIn)));
    expect(new Set(copies.map(({ directory }) => directory)).size).toBe(1);
    expect(await readdir(shared)).toHaveLength(1);
    expect(await canEnter(account, copies[0]?.directory ?? '')).toBe(true);
  });

  test('a shared directory that is not root’s own is passed over', async () => {
    const account = await serviceAccount();
    const [strange, linked, good] = [join(open, 'strange'), join(open, 'linked'), join(open, 'good')];
    await mkdir(strange);
    await chown(strange, account.uid, account.gid);
    await symlink(closed, linked);
    expect(await sharedDirectory(account, [strange, linked, join(closed, 'unreachable'), good])).toBe(good);
    await expect(sharedDirectory(account, [strange, linked])).rejects.toThrow('DATABASE_URL');
  });
});

describe('the account that root runs PostgreSQL as', () => {
  const root = 'root:x:0:0:root:/root:/bin/bash';
  const nobody = 'nobody:x:65534:65533:nobody:/:/sbin/nologin';

  test('is bellhop where there is one, else nobody', async () => {
    await writePasswd(root, nobody);
    expect(await serviceAccount(join(open, 'passwd'))).toEqual({ name: 'nobody', uid: 65534, gid: 65533 });
    await writePasswd(root, nobody, 'bellhop:x:990:991::/:/sbin/nologin');
    expect(await serviceAccount(join(open, 'passwd'))).toEqual({ name: 'bellhop', uid: 990, gid: 991 });
  });

  test('is asked for where there is neither', async () => {
    await writePasswd(root);
    await expect(serviceAccount(join(open, 'passwd'))).rejects.toThrow('useradd --system bellhop');
  });
});

describe('binaries', () => {
  test('a platform without a package is explained', async () => {
    await expect(installedPackage('sunos', 'sparc')).rejects.toThrow(
      /No embedded PostgreSQL for sunos-sparc: .*set DATABASE_URL, e\.g\. DATABASE_URL=postgres:/,
    );
  });

  test('links that a skipped install script did not make are made', async () => {
    const installed = await installedPackage();
    const native = join(open, 'native');
    await cp(installed.native, native, {
      recursive: true,
      verbatimSymlinks: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    });
    const binaries = await usableBinaries({ ...installed, native }, undefined, () =>
      Promise.reject(new Error('no copy')),
    );
    expect(binaries).toEqual({ directory: native, version: '18.4', major: 18 });
  });

  test('binaries that do not run are explained', async () => {
    const native = join(open, 'native');
    await mkdir(join(native, 'bin'), { recursive: true });
    await writeFile(join(native, 'bin', 'postgres'), '#!/bin/sh\necho "no such library" >&2; exit 127\n', {
      mode: 0o755,
    });
    const attempt = usableBinaries({ ...(await installedPackage()), native }, undefined, () => Promise.resolve(shared));
    await expect(attempt).rejects.toThrow(
      /does not run on this system: no such library\. Try npm rebuild .*DATABASE_URL/s,
    );
  });
});

async function writePasswd(...lines: string[]): Promise<void> {
  await writeFile(join(open, 'passwd'), lines.join('\n'));
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const log = createLog('silent', { pretty: false });
  const database = await startEmbeddedPostgres({ dataDir, log, shared: [shared], throwaway: true });
  started.push(database);
  return database;
}

/** Tells databases apart: every initdb draws a new one. */
async function identityOf(database: EmbeddedPostgres): Promise<unknown[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query('select system_identifier from pg_control_system()')).rows;
  } finally {
    await client.end();
  }
}
