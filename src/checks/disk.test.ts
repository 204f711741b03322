import { expect, it } from 'vitest';
import { judgeSpace } from './disk.ts';

it.each([
  [100, 'fail'],
  [500, 'note'],
  [5_000, 'ok'],
])('%i MiB free: %s', (mib, state) => {
  expect(judgeSpace('/srv/data', mib * 1024 * 1024)).toMatchObject({
    state,
    found: `${mib} MiB free for DATA_DIR (/srv/data)`,
  });
});
