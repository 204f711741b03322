import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

test('runs alone: a Bot API and a page, until it is stopped', async () => {
  const child = spawn(process.execPath, [main, '--port', '0', '--page-port', '0', '--name', 'Porter']);
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  const addresses = await new Promise<Record<string, string>>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Chat page:')) resolve(Object.fromEntries(output.trim().split('\n').map(entryOf)));
    });
  });
  const getMe = await fetch(`${addresses['Bot API root']}/bot${addresses['Bot token']}/getMe`);
  expect(await getMe.json()).toMatchObject({ ok: true, result: { first_name: 'Porter', username: 'sandbox_bot' } });
  expect((await fetch(addresses['Chat page'] ?? '')).status).toBe(200);
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

test.each([
  [['--port', 'http'], '--port must be a port from 0 to 65535, not "http"'],
  [['--token', 'secret'], 'the token must look like'],
  [['--faults'], "Unknown option '--faults'"],
])('%j is refused with the reason and the usage', async (args, reason) => {
  const { code, stderr } = (await promisify(execFile)(process.execPath, [main, ...args]).catch((error: unknown) => ({
    code: Reflect.get(Object(error), 'code'),
    stderr: String(Reflect.get(Object(error), 'stderr')),
  }))) as { code?: unknown; stderr: string };
  expect(code).toBe(1);
  expect(stderr).toContain(reason);
  expect(stderr).toContain('Usage: telegram-sandbox');
});

function entryOf(line: string): [string, string] {
  const [name = '', value = ''] = line.split(/:\s+/);
  return [name, value];
}
