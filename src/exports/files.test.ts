import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { inTemporaryDirectory, writeParts, writeZips } from './files.ts';

async function* all<T>(...items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

test('what is too long comes in parts that each begin with the head, and no chunk is divided', async () => {
  await inTemporaryDirectory(async (directory) => {
    const chunks = all('1234', '5678', 'abcdefghijkl', 'xy');
    const paths = await writeParts(directory, { head: 'H', chunks, longest: 10 });
    const contents = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    expect(contents).toEqual(['H12345678', 'Habcdefghijkl', 'Hxy']);
  });
});

test('each ZIP is whole and short enough', async () => {
  await inTemporaryDirectory(async (directory) => {
    const entries = Array.from({ length: 9 }, (_, number) => ({
      name: `${number}.txt`,
      content: Buffer.from(`${number} `.repeat(300)),
    }));
    const paths = await writeZips(directory, all(...entries), 1_000);
    const zips = await Promise.all(paths.map((path) => readFile(path)));
    expect(zips.length).toBeGreaterThan(1);
    const found = zips.flatMap((zip) => Object.entries(unzipSync(new Uint8Array(zip))));
    expect(found.map(([name, content]) => ({ name, content: Buffer.from(content) }))).toEqual(entries);
  });
});

test('nothing to write is no file', async () => {
  await inTemporaryDirectory(async (directory) => {
    expect(await writeParts(directory, { head: 'H', chunks: all<string>() })).toEqual([]);
    expect(await writeZips(directory, all<{ name: string; content: Buffer }>())).toEqual([]);
  });
});

test('the directory is gone afterwards, also when something fails', async () => {
  let used = '';
  const work = inTemporaryDirectory(async (directory) => {
    used = directory;
    await writeParts(directory, { head: 'H', chunks: all('x') });
    throw new Error('stop');
  });
  await expect(work).rejects.toThrow('stop');
  expect(existsSync(used)).toBe(false);
});
