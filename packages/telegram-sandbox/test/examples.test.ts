import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const example = new URL('../examples/acknowledge.ts', import.meta.url);

test('the README shows the example, and it runs', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${readFileSync(example, 'utf8')}\`\`\``);
  const { stderr } = await run(process.execPath, [fileURLToPath(example)], { timeout: 20_000 });
  expect(stderr).not.toContain('Error');
});
