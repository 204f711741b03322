import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const megabyte = 2 ** 20;
const root = join(import.meta.dirname, '..');

test.concurrent.each([4, 8])(
  'under load, half of the young generation grows to %d MB, at most once more, and not to the 32 MB of V8',
  async (limit) => {
    const { stdout } = await run(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { setImmediate } from 'node:timers/promises';
     import { getHeapSpaceStatistics } from 'node:v8';
     import { limitHeap } from '${join(root, 'src/app/heap-limits.ts')}';
     limitHeap(${limit * megabyte});
     // More lives at a time than the young generation holds, and nothing for long.
     const alive = [];
     for (let turn = 0; turn < 2_000; turn += 1) {
       for (let index = 0; index < 2_000; index += 1) alive.push({ turn, index, text: [turn, index] });
       if (alive.length > 200_000) alive.splice(0, 100_000);
       await setImmediate();
     }
     const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
     console.log(young.space_used_size + young.space_available_size);`,
    ]);
    const half = Math.round(Number(stdout) / megabyte);
    expect([limit, 2 * limit]).toContain(half);
  },
);

test('this Node has every V8 option that is set while it runs; without one it would start all the same', async () => {
  const { stdout } = await run(process.execPath, ['--v8-options'], { maxBuffer: 10 * megabyte });
  const source = readFileSync(join(root, 'src/app/heap-limits.ts'), 'utf8');
  const names = Array.from(source.matchAll(/setFlagsFromString\(['`]--(?:no-)?([a-z-]+)/g), ([, name]) => name);
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect(stdout).toMatch(new RegExp(`^ +--${name} \\(`, 'm'));
});
