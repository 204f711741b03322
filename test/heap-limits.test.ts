import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createRateMeter } from '../src/app/heap-limits.ts';

const run = promisify(execFile);
const megabyte = 2 ** 20;
const root = join(import.meta.dirname, '..');

test.concurrent.each([
  { begin: 1, target: 4, end: 4 },
  { begin: 1, target: 8, end: 8 },
  // As after a rest, when V8 shrinks it to any size.
  { begin: 5, target: 8, end: 10 },
  { begin: 7, target: 8, end: 7 },
])(
  'under load, half of the young generation of $begin MB with a target of $target MB grows to $end MB and no further',
  async ({ begin, target, end }) => {
    const half = await halfAfterLoad({ begin, target });
    expect(half).toBe(end);
  },
);

test.concurrent('while webhooks come fast, half of the young generation grows as far as V8 lets it', async () => {
  expect(await halfAfterLoad({ begin: 1, target: 4, webhooks: 100 })).toBe(16);
});

type Load = Readonly<{
  begin: number;
  target: number;
  /** Stored in each turn of the event loop. */
  webhooks?: number;
}>;

/** In megabytes, rounded, in a process where V8 lets it grow to 16. */
async function halfAfterLoad({ begin, target, webhooks = 0 }: Load): Promise<number> {
  const { stdout } = await run(process.execPath, [
    `--min-semi-space-size=${begin}`,
    '--max-semi-space-size=16',
    '--input-type=module',
    '--eval',
    `import { setImmediate } from 'node:timers/promises';
     import { getHeapSpaceStatistics } from 'node:v8';
     import { countStored, limitHeap } from '${join(root, 'src/app/heap-limits.ts')}';
     limitHeap(${target * megabyte});
     // A quarter survives: were it all, the next collection could come before Node has reported the last.
     const alive = [];
     // How many webhooks came is known only after a while.
     for (let turn = 0; turn < 8_000 || performance.now() < 3_000; turn += 1) {
       const batch = Array.from({ length: 500 }, (_, index) => ({ turn, index, text: [turn, index] }));
       alive.push(batch.filter(({ index }) => index % 4 === 0));
       if (alive.length > 400) alive.shift();
       countStored(${webhooks});
       await setImmediate();
     }
     const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
     console.log(young.space_used_size + young.space_available_size);`,
  ]);
  return Math.round(Number(stdout) / megabyte);
}

test('a rate is measured over half seconds or more, and a rest counts', () => {
  const meter = createRateMeter(0);
  meter.add(300);
  expect(meter.perSecond(250)).toBe(0);
  meter.add(300);
  expect(meter.perSecond(500)).toBe(1_200);
  meter.add(900);
  expect(meter.perSecond(900)).toBe(1_200);
  meter.add(100);
  expect(meter.perSecond(1_125)).toBe(1_600);
  meter.add(50);
  expect(meter.perSecond(51_125)).toBe(1);
});

test('this Node has every V8 option that is set while it runs; without one it would start all the same', async () => {
  const { stdout } = await run(process.execPath, ['--v8-options'], { maxBuffer: 10 * megabyte });
  const source = readFileSync(join(root, 'src/app/heap-limits.ts'), 'utf8');
  const names = Array.from(source.matchAll(/['`]--(?:no-)?([a-z-]+)/g), ([, name]) => name);
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect(stdout).toMatch(new RegExp(`^ +--${name} \\(`, 'm'));
});
