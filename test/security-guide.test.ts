import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const guide = readFileSync(join(root, 'docs/security.md'), 'utf8');
const named = /`((?:test|src)\/[\w/.-]+\.test\.ts)` "([^"]+)"/g;

test('every line of the tables in docs/security.md names its proof', () => {
  const lines = guide.split('\n').filter((line) => line.startsWith('| ') && !/^\| (who|from|-+) /.test(line));
  expect(lines.length).toBeGreaterThan(25);
  for (const line of lines)
    expect(line.split('|').at(-2)?.replaceAll(named, '').replaceAll(/[,\s]/g, ''), line).toBe('');
});

test.each(Array.from(guide.matchAll(named), ([, file = '', name = '']) => ({ file, name })))(
  '$file has "$name", which is run',
  ({ file, name }) => {
    const titles = readFileSync(join(root, file), 'utf8')
      .split('\n')
      .filter((line) => line.includes(`'${name}'`));
    expect(titles).not.toEqual([]);
    for (const title of titles) expect(title).not.toMatch(/\.(skip|todo|fails)\(/);
  },
);
