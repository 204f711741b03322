import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes the directory and those above it. Not mkdir's own `recursive`: where a file system answers ENOENT although the
 * parent is there (/proc), Node tries again for ever, at full load.
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
      // Another process was quicker.
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

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
