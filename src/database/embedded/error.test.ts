import { expect, test } from 'vitest';
import { advice } from './error.ts';

test.each([
  [
    'FATAL:  could not resize shared memory segment "/PostgreSQL.2787" to 1048576 bytes: No space left on device',
    'The shared memory (/dev/shm) is too small: give the container at least 64 MB',
  ],
  [
    'FATAL:  could not open shared memory segment "/PostgreSQL.2787": Permission denied',
    'The shared memory (/dev/shm) cannot be used: let this user write to it',
  ],
  ['FATAL:  could not write to file "pg_wal/xlogtemp.7": No space left on device', 'The disk is full'],
  ['FATAL:  could not create lock file "postmaster.pid": Read-only file system', 'The file system is read-only'],
  ['FATAL:  data directory "/data" has wrong ownership', 'A file or directory has the wrong owner'],
  ['FATAL:  pre-existing shared memory block (key 7, ID 1) is still in use', 'an old server still runs'],
])('%s', (output, words) => {
  expect(advice(output)).toContain(words);
  expect(advice(output)).toContain(output);
});
