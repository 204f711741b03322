import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

test('every line of docs/security.md names a test that exists', () => {
  const guide = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const lines = guide.split('\n').filter((line) => line.startsWith('| ') && !/^\| (who|from|-+) /.test(line));
  expect(lines.length).toBeGreaterThan(25);
  for (const line of lines) {
    const [, file = '', name = ''] = /`((?:test|src)\/[\w/.-]+\.test\.ts)` "([^"]+)" *\|$/.exec(line) ?? [];
    expect(file, line).not.toBe('');
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(readFileSync(join(root, file), 'utf8'), file).toContain(name);
  }
});
