import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type TestContext, vi } from 'vitest';
import { findServer } from '../src/database/embedded/process.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type BellhopProcess, launch, startProcess } from './support/processes.ts';
import { postAlert, secrets, startSandbox } from './support/product.ts';
import { alertOf, allShown, connectTo, postUntilTaken, startWorld } from './support/world.ts';
import { waitUntil } from './support/wait.ts';

// The first start of an embedded PostgreSQL takes seconds, the end of a process up to ten.
vi.setConfig({ testTimeout: 90_000 });

const root = join(import.meta.dirname, '..');

test.concurrent('while Telegram hangs and a body never ends, SIGTERM ends it in good order', async (context) => {
  const world = await startEmptyWorld(context);
  const bellhop = await startProcess(world, { env: world.env });
  await bellhop.said('telegram.connected');
  world.sandbox.faults.add({ kind: 'hang', seconds: 600 });
  expect((await postAlert(bellhop, alertOf(1))).status).toBe(202);
  const slow = await openRequest(bellhop, 'POST /webhooks/tawkto', 'content-length: 1000');
  slow.write('{"event":');

  await expectGoodEnd(world, bellhop, 'SIGTERM');
  expect(slow.destroyed).toBe(true);

  world.sandbox.faults.clear();
  const next = await startProcess(world, { env: world.env });
  const cards = () => world.sandbox.messages(SEED.supportTeam).filter(({ text }) => text?.includes('number 1'));
  await world.sandbox.waitFor(() => cards().length > 0, { what: 'the card of before', timeoutMs: 20_000 });
  await expectGoodEnd(world, next, 'SIGTERM');
});

test.concurrent('in sandbox mode with a page that watches and a hanging Telegram of its own, SIGINT ends it', async (context) => {
  const world = await startEmptyWorld(context);
  const bellhop = await startProcess(world, { env: { ...world.env, TELEGRAM_BOT_TOKEN: '', TELEGRAM_API_ROOT: '' } });
  expect(bellhop.output()).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/m);
  await bellhop.said('telegram.connected');
  const opened = await fetch(/Open (\S+)$/m.exec(bellhop.output())?.[1] ?? '');
  expect(opened.status).toBe(200);
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = await openRequest(bellhop, 'GET /sandbox/stream', `cookie: ${cookie}`);
  const act = await fetch(`${bellhop.baseUrl}/sandbox/act`, {
    method: 'POST',
    headers: { cookie, origin: bellhop.baseUrl, 'content-type': 'application/json' },
    body: JSON.stringify({ do: 'fault', kind: 'hang', seconds: 600 }),
  });
  expect(act.status).toBe(200);
  expect((await postAlert(bellhop, alertOf(1))).status).toBe(202);

  await expectGoodEnd(world, bellhop, 'SIGINT');
  expect(page.destroyed).toBe(true);
});

test.concurrent('a second sandbox on one database is refused and voids no card; a killed one is no hindrance', async (context) => {
  const world = await startEmptyWorld(context);
  const env = { ...world.env, TELEGRAM_BOT_TOKEN: '', TELEGRAM_API_ROOT: '' };
  const first = await startProcess(world, { env });
  await first.said('telegram.connected');
  await expect.poll(async () => (await postAlert(first, alertOf(1))).status).toBe(200);

  const second = launch(world, { env });
  expect((await second.exited).code).toBe(1);
  expect(second.output.text()).toContain('Another Bellhop is already using this database');
  expect(second.output.text()).not.toContain('listening on');
  const { port } = await runningServer(world);
  const password = await readFile(join(world.dataDir, 'postgres/password'), 'utf8');
  const client = await connectTo(`postgres://bellhop:${password}@127.0.0.1:${port}/bellhop`);
  expect((await client.query('select gone_at from cards')).rows).toEqual([{ gone_at: null }]);
  await client.end();

  first.signal('SIGKILL');
  await first.exited;
  const next = await startProcess(world, { env });
  await expectGoodEnd(world, next, 'SIGTERM');
});

test.concurrent('PostgreSQL is killed: it is started again, and alerts and their cards go on', async (context) => {
  const world = await startEmptyWorld(context);
  const bellhop = await startProcess(world, { env: world.env });
  await bellhop.said('sender.took_over');
  const before = await runningServer(world);
  process.kill(before.pid, 'SIGKILL');
  await bellhop.said('database.restarted');
  expect(await runningServer(world)).toMatchObject({ port: before.port });

  await postUntilTaken(() => bellhop, [1]);
  await allShown(world.sandbox, [1]);
  await bellhop.said('sender.took_over', 2);
  await expectGoodEnd(world, bellhop, 'SIGTERM');
});

test.concurrent('PostgreSQL is killed and SIGTERM follows at once: it ends in good order', async (context) => {
  const world = await startEmptyWorld(context);
  const bellhop = await startProcess(world, { env: world.env });
  await bellhop.said('telegram.connected');
  process.kill((await runningServer(world)).pid, 'SIGKILL');
  bellhop.signal('SIGTERM');
  expect(await bellhop.exited, bellhop.output()).toEqual({ code: 0, signal: null });
  expect(bellhop.output()).toContain('database.stopped');
  expect(await findServer(world.data)).toEqual({ kind: 'stopped' });
});

test.concurrent('PostgreSQL is killed and cannot start: it says so and exits for a restart', async (context) => {
  const world = await startEmptyWorld(context);
  const bellhop = await startProcess(world, { env: world.env });
  await writeFile(join(world.data, 'postgresql.auto.conf'), `shared_buffers = '64 bananas'\n`);
  process.kill((await runningServer(world)).pid, 'SIGKILL');
  expect(await bellhop.exited, bellhop.output()).toEqual({ code: 1, signal: null });
  expect(bellhop.output()).toContain('PostgreSQL cannot be restarted');
  expect(bellhop.output()).toContain('64 bananas');
});

test.concurrent('npm start: a SIGTERM for npm ends the program too, in good order', async (context) => {
  const world = await startEmptyWorld(context);
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, ...world.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await waitUntil(() => output.includes('listening on'));
  npm.kill('SIGTERM');
  // Its output ends when the last process that writes there does.
  await once(npm, 'close');
  expect(output).toContain('process.stopping');
  expect(await findServer(world.data)).toEqual({ kind: 'stopped' });
});

test.concurrent('a signal while it starts ends it in good order', async (context) => {
  const world = await startEmptyWorld(context);
  const { child, output, exited } = launch(world, { env: world.env });
  // The database was just made, and its server starts.
  await waitUntil(() => existsSync(join(world.dataDir, 'postgres')));
  child.kill('SIGTERM');
  expect(await exited, output.text()).toEqual({ code: 0, signal: null });
  expect(output.text()).not.toContain('listening on');
  expect(await findServer(world.data)).toEqual({ kind: 'stopped' });
});

test.concurrent.for(['rejection', 'exception'])(
  'an unhandled %s: it says so, stops in order and exits 1',
  async (kind, context) => {
    const world = await startEmptyWorld(context);
    const failing = join(import.meta.dirname, `support/unhandled-${kind}.ts`);
    const bellhop = await startProcess(world, { env: { ...world.env, NODE_OPTIONS: `--import=${failing}` } });
    await bellhop.said('telegram.connected');
    bellhop.signal('SIGUSR2');
    expect(await bellhop.exited, bellhop.output()).toEqual({ code: 1, signal: null });
    expect(bellhop.output()).toContain('process.crashed');
    expect(bellhop.output()).toContain('nobody expected this');
    expect(bellhop.output()).toContain('database.stopped');
    expect(await findServer(world.data)).toEqual({ kind: 'stopped' });
  },
);

test.concurrent('a token that Telegram does not know: it says what to do, without a stack', async (context) => {
  const world = await startEmptyWorld(context);
  const bellhop = await startProcess(world, {
    env: { ...world.env, TELEGRAM_BOT_TOKEN: '1234567:nobody0knows0this0token0nobody0knows' },
  });
  await bellhop.said('Telegram does not know this token: copy it again from @BotFather');
  await expectGoodEnd(world, bellhop, 'SIGTERM');
  expect(bellhop.output()).not.toContain('"stack"');
});

test.concurrent('wrong settings: every problem, exit 78, which systemd does not restart, no secret printed, nothing started', async (context) => {
  const world = await startEmptyWorld(context);
  const token = '12345:too-short-to-be-a-token';
  const env = { ...world.env, TELEGRAM_BOT_TOKEN: token, PORT: 'http', TELEGRAM_MODE: 'webhook' };
  const { output: said, exited } = launch(world, { env });
  const { code } = await exited;
  expect(code).toBe(78);
  const unit = await readFile(join(root, 'deploy/bellhop.service'), 'utf8');
  expect(unit).toContain(`\nRestartPreventExitStatus=${code}\n`);
  const output = said.text();
  for (const name of ['TELEGRAM_BOT_TOKEN', 'PORT', 'PUBLIC_URL']) expect(output).toContain(`Example: ${name}=`);
  for (const secret of [token, ...Object.values(secrets)]) expect(output).not.toContain(secret);
  expect(output).not.toContain('listening on');
  expect(existsSync(join(world.dataDir, 'postgres'))).toBe(false);
  expect(world.sandbox.calls).toEqual([]);
});

test.concurrent('a .env with a byte order mark counts, and the settings in the environment win', async (context) => {
  const world = await startEmptyWorld(context);
  await writeFile(join(world.dataDir, '.env'), '\uFEFFPORT=http\r\nROLES=none\r\n');
  const { output, exited } = launch(world, { env: { ...world.env, PORT: '' }, directory: world.dataDir });
  expect((await exited).code).toBe(78);
  expect(output.text()).toContain('ROLES contains unknown roles: none');
  expect(output.text()).not.toContain('PORT must');
});

test.concurrent('a .env that is a directory, or that its user may not read: one sentence, exit 78', async (context) => {
  const world = await startEmptyWorld(context);
  const dotenv = join(world.dataDir, '.env');
  await mkdir(dotenv);
  const first = launch(world, { env: world.env, directory: world.dataDir });
  expect((await first.exited).code).toBe(78);
  expect(first.output.text()).toMatch(/^Bellhop cannot start: \S+\.env is a directory, not a file: .*\.\n$/);

  await rm(dotenv, { recursive: true });
  await writeFile(dotenv, 'PORT=0\n', { mode: 0o000 });
  // Root may read everything.
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const second = launch(world, { env: world.env, directory: world.dataDir, ...asNobody });
  expect((await second.exited).code).toBe(78);
  expect(second.output.text()).toMatch(/^Bellhop cannot start: \S+\.env is not readable by the user .*\.\n$/);
});

test.concurrent('secrets in files: they are used, and one that is missing is a problem', async (context) => {
  const world = await startEmptyWorld(context);
  const token = join(world.dataDir, 'token');
  await writeFile(token, `${world.sandbox.token}\n`);
  const bellhop = await startProcess(world, {
    env: { ...world.env, TELEGRAM_BOT_TOKEN: '', TELEGRAM_BOT_TOKEN_FILE: token },
  });
  await bellhop.said('telegram.connected');
  await expectGoodEnd(world, bellhop, 'SIGTERM');

  const env = { ...world.env, TELEGRAM_BOT_TOKEN: '', TELEGRAM_BOT_TOKEN_FILE: `${token}-2` };
  const { output, exited } = launch(world, { env });
  expect((await exited).code).toBe(78);
  expect(output.text()).toContain('TELEGRAM_BOT_TOKEN_FILE names a file that does not exist.');
});

test.concurrent.for(['build-box-7.invalid', '192.0.2.1'])(
  'HOST=%s is not of this machine: it says so',
  async (host, context) => {
    const world = await startWorld(context);
    const { output, exited } = launch(world, { env: { HOST: host } });
    expect((await exited).code).toBe(1);
    expect(output.text()).toContain(`HOST is “${host}”, which is not a name or address of this machine`);
    expect(output.text()).not.toContain('The host in DATABASE_URL');
  },
);

type EmptyWorld = Awaited<ReturnType<typeof startEmptyWorld>>;

/** A Telegram, and an empty DATA_DIR for an embedded PostgreSQL. */
async function startEmptyWorld({ onTestFinished: atEnd }: TestContext) {
  const sandbox = await startSandbox();
  const dataDir = await mkdtemp(join(tmpdir(), 'bellhop-process-'));
  // As root the server runs as another user, who may enter.
  await chmod(dataDir, 0o755);
  const data = join(dataDir, 'postgres/data');
  atEnd(async () => {
    await sandbox.stop();
    const server = await findServer(data);
    if (server.kind === 'running') process.kill(server.pid, 'SIGQUIT');
    await rm(dataDir, { recursive: true, force: true });
  });
  const env: Record<string, string> = { DATABASE_URL: '', DATA_DIR: dataDir };
  return { sandbox, atEnd, databaseUrl: '', dataDir, data, env };
}

async function runningServer({ data }: EmptyWorld): Promise<{ pid: number; port: number }> {
  const server = await findServer(data);
  if (server.kind !== 'running') throw new Error(`the server is ${server.kind}`);
  return server;
}

async function expectGoodEnd(world: EmptyWorld, bellhop: BellhopProcess, signal: NodeJS.Signals): Promise<void> {
  expect(await findServer(world.data)).toMatchObject({ kind: 'running' });
  bellhop.signal(signal);
  expect(await bellhop.exited, bellhop.output()).toEqual({ code: 0, signal: null });
  expect(bellhop.output()).toContain('database.stopped');
  expect(await findServer(world.data)).toEqual({ kind: 'stopped' });
}

/** A request of which only the head is sent; resolves once the server has it. */
async function openRequest({ baseUrl }: BellhopProcess, route: string, ...headers: string[]): Promise<Socket> {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write([`${route} HTTP/1.1`, `host: ${hostname}:${port}`, ...headers, '', ''].join('\r\n'));
  if (route.startsWith('GET')) await once(socket, 'data');
  // Only what is read to its end is seen to be closed.
  socket.resume();
  return socket;
}
