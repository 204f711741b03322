import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isCode } from './error.ts';

/**
 * Creates the directory and its parents. Not with mkdir's `recursive`: if a file system answers ENOENT although the
 * parent exists (/proc), Node retries forever at full load.
 */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    if (await isDirectory(directory)) return;
    const parent = dirname(directory);
    const lacksParent = isCode(error, 'ENOENT') && parent !== directory && !(await isDirectory(parent));
    if (!lacksParent) throw error;
    await makeDirectory(parent);
    await mkdir(directory).catch(async (refusal: unknown) => {
      // Another process was faster.
      if (!(await isDirectory(directory))) throw refusal;
    });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
