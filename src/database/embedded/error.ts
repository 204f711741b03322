/** An expected failure of the embedded database. Its message says what is wrong and what to do. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

/** Adds what to do to a file system error; returns other errors unchanged. */
export function explained(error: unknown, dataDir: string): unknown {
  const known = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST', 'ENOENT'];
  if (!(error instanceof Error && 'code' in error && known.includes(String(error.code)))) return error;
  return new EmbeddedPostgresError(
    `The embedded database cannot be stored in ${dataDir}. ${remedy(error.message)}The system says: ${error.message}. ` +
      'Set DATA_DIR to a directory that this user can write to, or set DATABASE_URL.',
    { cause: error },
  );
}

/** What to do, then PostgreSQL's last lines. */
export function advice(output: string): string {
  const lines = output.trim().split('\n').slice(-8).join('\n  ');
  return `${remedy(output)}PostgreSQL says:\n  ${lines || 'nothing'}`;
}

function remedy(output: string): string {
  if (/could not resize shared memory segment.*no space left|\/dev\/shm.*no space left/i.test(output)) {
    return 'The shared memory (/dev/shm) is too small: give the container at least 64 MB of it (docker run --shm-size). ';
  }
  if (/could not open shared memory segment|\/dev\/shm/i.test(output))
    return 'The shared memory (/dev/shm) cannot be used: let this user write to it. ';
  if (/no space left on device|disk quota exceeded/i.test(output))
    return 'The disk is full: free some space and start again. ';
  if (/permission denied|wrong ownership|invalid permissions/i.test(output)) {
    return 'A file or directory has the wrong owner or mode (see below). ';
  }
  if (/read-only file system/i.test(output))
    return 'The file system is read-only: set DATA_DIR to a writable directory. ';
  if (/could not look up effective user id/i.test(output)) {
    return 'PostgreSQL needs a named user: add this user ID to /etc/passwd, or set DATABASE_URL. ';
  }
  if (/pre-existing shared memory block|shared memory segment/i.test(output)) {
    return 'The system provides no shared memory, or an old server still runs on this directory. ';
  }
  return '';
}

export function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
