import { constants, promises as fs } from 'node:fs';
import path from 'node:path';
import { type Check, fail, note, pass } from './check.ts';

const mib = 1024 * 1024;
const failBelow = 256 * mib;
const noteBelow = 1024 * mib;
const name = 'disk';

/** Whether DATA_DIR can be written, and how much room its file system has. */
export async function checkDisk(dataDir: string): Promise<Check[]> {
  const directory = path.resolve(dataDir);
  const existing = await nearestExisting(directory);
  try {
    if (!(await fs.stat(existing)).isDirectory()) return [notWritable(directory, `${existing} is not a directory`)];
    await fs.access(existing, constants.W_OK | constants.X_OK);
  } catch {
    return [notWritable(directory, `this user may not write in ${existing}`)];
  }
  const { bavail, bsize } = await fs.statfs(existing);
  return [judgeSpace(directory, bavail * bsize)];
}

export function judgeSpace(directory: string, freeBytes: number): Check {
  const free = `${Math.round(freeBytes / mib)} MiB free for DATA_DIR (${directory})`;
  if (freeBytes >= noteBelow) return pass(name, free);
  const change = 'Free disk space there, or set DATA_DIR=<a directory on a larger disk> and move the data.';
  return freeBytes < failBelow
    ? fail(name, free, { means: 'The embedded PostgreSQL stops taking writes when it is full', change })
    : note(name, free, { means: 'It may fill up soon', change });
}

function notWritable(directory: string, found: string): Check {
  return fail(name, found, {
    means: `The database cannot be kept in ${directory}`,
    change: 'DATA_DIR=<a directory that this user may write>',
  });
}

async function nearestExisting(directory: string): Promise<string> {
  const exists = await fs.stat(directory).then(
    () => true,
    () => false,
  );
  return exists || path.dirname(directory) === directory ? directory : nearestExisting(path.dirname(directory));
}
