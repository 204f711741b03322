import path from 'node:path';
import { senderLockKey } from '../app/base.ts';
import type { Config } from '../config/config.ts';
import { BackupError } from '../database/backup/format.ts';
import { restoreBackup } from '../database/backup/restore-backup.ts';
import type { Log } from '../log.ts';
import { parseFileArgument } from './file-argument.ts';
import { withDatabaseUrl } from './with-database.ts';

const usage = 'Usage: npm run restore -- <file> [--force]';

/** `npm run restore`: into an empty database, or with `--force` instead of what it holds. */
export async function runRestore(args: readonly string[], config: Config, log: Log): Promise<number> {
  const options = parseFileArgument(args, ['force']);
  if (typeof options === 'string') {
    console.error(`${options} ${usage}`);
    return 1;
  }
  const { file, flags } = options;
  try {
    const { createdAt, rows, migrated } = await withDatabaseUrl(config, log, (url) =>
      restoreBackup(url, path.resolve(file), { force: flags.has('force'), senderLockKey }),
    );
    console.log(`Restored ${rows['incidences'] ?? 0} incidences as they were at ${createdAt.toISOString()}.`);
    if (migrated.length > 0) console.log(`Migrated: ${migrated.join(', ')}`);
    console.log('What was waiting to be sent then is sent at the next start.');
    return 0;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    console.error(error.message);
    return 1;
  }
}
