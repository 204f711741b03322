import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartRefusal } from '../checks/start-error.ts';
import type { Config } from '../config/config.ts';

const keyBytes = 32;

/**
 * The key for people's tokens: ENCRYPTION_KEY, or one that is made and kept beside the embedded database, with which it
 * is backed up and moved. With a database elsewhere and no setting there is none: several machines would make several.
 */
export async function findEncryptionKey({ encryptionKey, databaseUrl, dataDir }: Config): Promise<Buffer | undefined> {
  if (encryptionKey !== undefined) return Buffer.from(encryptionKey, 'base64');
  if (databaseUrl !== undefined) return undefined;
  const path = join(dataDir, 'encryption-key');
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(path, `${randomBytes(keyBytes).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
  if (key.length === keyBytes) return key;
  throw new StartRefusal(
    `${path} does not hold a key of 32 bytes in base64. Restore it from a backup, or delete it: people must then link again.`,
  );
}
