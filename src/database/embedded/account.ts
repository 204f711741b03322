import { readFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from './error.ts';
import { type Account, run } from './run.ts';

/** PostgreSQL refuses to run as root. */
export const isRoot = () => process.getuid?.() === 0;

/**
 * The account that runs PostgreSQL when we are root: `bellhop` if the administrator created it, else `nobody`,
 * which every system has. `nobody` is weaker, because other daemons may share it and could read the data files;
 * therefore the directory around the data stays owned by root. It must be in /etc/passwd: initdb rejects a bare number.
 */
export async function serviceAccount(passwdFile = '/etc/passwd'): Promise<Account> {
  const passwd = await readFile(passwdFile, 'utf8').catch(() => '');
  const entries = passwd.split('\n').map((line) => line.split(':'));
  for (const wanted of ['bellhop', 'nobody']) {
    const [name, , uid, gid] = entries.find((entry) => entry[0] === wanted) ?? [];
    // >>> 0: macOS writes nobody as -2.
    if (name && uid && gid && Number(uid) !== 0) return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  }
  throw new EmbeddedPostgresError(
    'The embedded PostgreSQL cannot run as root, and this system has neither a user "bellhop" nor "nobody". ' +
      'Create one (useradd --system bellhop), run Bellhop as a regular user, or set DATABASE_URL.',
  );
}

/** Whether the account can enter the directory. Tried rather than computed, because of ACLs and mounts. */
export async function canEnter(account: Account, directory: string): Promise<boolean> {
  const result = await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], {
    as: account,
    cwd: '/',
    timeoutMs: 10_000,
  });
  if (result.refused === 'EPERM' || result.refused === 'EINVAL') {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL cannot run as root, and this container does not let root start processes as ${account.name} ` +
        `(${result.refused}: no CAP_SETUID, or no such ID in its user namespace). Run Bellhop as a regular user, or set DATABASE_URL.`,
    );
  }
  return result.code === 0;
}
