/** An expected failure of the embedded database. Its message says what is wrong and what to do. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

/** A refusal of the file system becomes ours, with what to do; anything else stays what it is. */
export function explained(error: unknown, dataDir: string): unknown {
  const known = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST', 'ENOENT'];
  if (!(error instanceof Error && 'code' in error && known.includes(String(error.code)))) return error;
  return new EmbeddedPostgresError(
    `The embedded database cannot be kept in ${dataDir}. ${remedy(error.message)}The system says: ${error.message}. ` +
      'Set DATA_DIR to a directory that this user can write, or set DATABASE_URL.',
    { cause: error },
  );
}

/** The last lines PostgreSQL said, after what we can tell of them. */
export function advice(output: string): string {
  const lines = output.trim().split('\n').slice(-8).join('\n  ');
  return `${remedy(output)}PostgreSQL says:\n  ${lines || 'nothing'}`;
}

function remedy(output: string): string {
  if (/no space left on device|disk quota exceeded/i.test(output))
    return 'The disk is full: make room and start again. ';
  if (/permission denied|wrong ownership|invalid permissions/i.test(output)) {
    return 'A file or directory has the wrong owner or mode: see below which one. ';
  }
  if (/read-only file system/i.test(output))
    return 'The file system is read-only: set DATA_DIR to a place that can be written. ';
  if (/could not look up effective user id/i.test(output)) {
    return 'PostgreSQL needs a named user: add this user id to /etc/passwd, or set DATABASE_URL. ';
  }
  if (/pre-existing shared memory block|shared memory segment/i.test(output)) {
    return 'The system gives no shared memory, or an old server still runs on this directory. ';
  }
  return '';
}
