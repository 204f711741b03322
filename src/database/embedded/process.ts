import { readFileSync, unlinkSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** What `postmaster.pid` in a data directory is worth. */
export type ServerState =
  | { kind: 'running'; pid: number; port: number }
  | { kind: 'stopped' }
  /** Not written to its end: a server is starting this instant, or the machine went down while one did. */
  | { kind: 'unclear'; pidFile: PidFile };

export type PidFile = { path: string; text: string };

/**
 * Looks for the server on this data directory, whoever started it. The pid file alone proves nothing: after a crash
 * its number may belong to another program or to a zombie, and PostgreSQL then refuses to start. Such a file is removed
 * here. That of a dead process is left to PostgreSQL; either way its check of shared memory keeps two servers apart.
 */
export async function findServer(data: string): Promise<ServerState> {
  const path = join(data, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { kind: 'stopped' };

  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!pid || !port) return { kind: 'unclear', pidFile: { path, text } };
  if (!isAlive(pid)) return { kind: 'stopped' };
  if (await isServerOf(pid, data)) return { kind: 'running', pid, port };
  removePidFile({ path, text });
  return { kind: 'stopped' };
}

/** Synchronous, so that no new server can write its own file between the look and the removal (but for microseconds). */
export function removePidFile(file: PidFile): void {
  try {
    if (readFileSync(file.path, 'utf8') === file.text) unlinkSync(file.path);
  } catch {
    // Gone already.
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether a server of ours is gone. Asks the kernel alone, so it may be asked every second; a zombie (nobody collects
 * the dead in many a container) has ended too.
 */
export async function hasEnded(pid: number): Promise<boolean> {
  return !isAlive(pid) || (process.platform === 'linux' && (await readCommandLine(String(pid))) === '');
}

/** A server works in its data directory (true even after that was renamed) and names it on its command line. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  const command = await commandLine(pid);
  if (command === undefined) return true; // Cannot be told here (Windows): connecting will tell.
  if (!/postgres/.test(command)) return false;
  const [workingIn, directory] = await Promise.all([stat(`/proc/${pid}/cwd`).catch(() => undefined), stat(data)]);
  if (workingIn) return workingIn.ino === directory.ino && workingIn.dev === directory.dev;
  return command.includes(data);
}

/** Empty for a zombie or a process that has just ended; undefined where the system does not say. */
async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') {
    return (await run('ps', ['-o', 'command=', '-p', String(pid)], { as: undefined, cwd: '/', timeoutMs: 10_000 }))
      .output;
  }
  // Where /proc is not mounted, our own entry is missing as well.
  return (await readCommandLine(String(pid))) ?? ((await readCommandLine('self')) ? '' : undefined);
}

async function readCommandLine(pid: string): Promise<string | undefined> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
}
