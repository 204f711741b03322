import path from 'node:path';
import type { Config } from '../config/config.ts';
import { BackupError } from '../database/backup/format.ts';
import { writeBackup } from '../database/backup/write-backup.ts';
import type { Log } from '../log.ts';
import { parseFileArgument } from './file-argument.ts';
import { withDatabaseUrl } from './with-database.ts';

const usage = 'Usage: npm run backup -- <file>, for example bellhop-2026-01-31.backup';

/** `npm run backup`: while Bellhop runs, or is stopped. */
export async function runBackup(args: readonly string[], config: Config, log: Log): Promise<number> {
  const options = parseFileArgument(args, []);
  if (typeof options === 'string') {
    console.error(`${options} ${usage}`);
    return 1;
  }
  const file = path.resolve(options.file);
  try {
    const { rows, bytes, hasTokens } = await withDatabaseUrl(config, log, (url) => writeBackup(url, file, new Date()));
    console.log(`${file}: ${rows['incidences'] ?? 0} incidences, ${sum(rows)} rows, ${bytes} bytes.`);
    console.log('It holds what customers wrote: keep it where only you can read it.');
    if (hasTokens && config.encryptionKey === undefined && config.databaseUrl === undefined)
      console.log(
        `Keep ${path.join(path.resolve(config.dataDir), 'encryption-key')} as well: elsewhere, set ENCRYPTION_KEY to what it says, or people must /link again.`,
      );
    return 0;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    console.error(error.message);
    return 1;
  }
}

function sum(rows: Readonly<Record<string, number>>): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}
