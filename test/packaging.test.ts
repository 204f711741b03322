import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { createTestDatabase } from './support/database.ts';
import { launch } from './support/processes.ts';
import { startWorld } from './support/world.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('the package that npm packs holds the program and no tests, and its bellhop runs', async (context) => {
  const directory = await mkdtemp(join(tmpdir(), 'bellhop-package-'));
  context.onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await run('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: root });
  const [tarball = ''] = await readdir(directory);
  const installed = join(directory, 'node_modules/bellhop');
  await mkdir(installed, { recursive: true });
  await run('tar', ['xzf', join(directory, tarball), '-C', installed, '--strip-components=1']);
  const { stdout } = await run('tar', ['tzf', join(directory, tarball)]);
  const own = stdout.split('\n').filter((path) => !path.startsWith('package/node_modules/'));
  expect(own.filter((path) => /\.test\.ts$|^package\/(?:test|bench|\.env$)/.test(path))).toEqual([]);
  expect(own).toContain('package/migrations/0001-initial.ts');
  // What npm would install beside it.
  const { dependencies, bundleDependencies } = JSON.parse(read('package.json')) as {
    dependencies: Record<string, string>;
    bundleDependencies: string[];
  };
  for (const name of Object.keys(dependencies)) {
    if (bundleDependencies.includes(name)) continue;
    const link = join(directory, 'node_modules', name);
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(join(root, 'node_modules', name), link);
  }

  const world = await startWorld(context);
  const database = await createTestDatabase();
  context.onTestFinished(() => database.drop());
  const bin = join(installed, 'bin/bellhop.js');
  const migrate = launch(world, { program: bin, args: ['migrate'], databaseUrl: database.url });
  expect(await migrate.exited, migrate.output.text()).toEqual({ code: 0, signal: null });
  expect(migrate.output.text()).toMatch(/^Migrated: 0001-initial, /m);

  // With the bundled sandbox as its Telegram.
  const env = { TELEGRAM_BOT_TOKEN: '', TELEGRAM_API_ROOT: '', TELEGRAM_CHAT_ID: '', TELEGRAM_ADMIN_IDS: '' };
  const bellhop = launch(world, { program: bin, env });
  await bellhop.output.until((text) => text.includes('listening on'), 'that it listens');
  bellhop.child.kill('SIGTERM');
  expect(await bellhop.exited, bellhop.output.text()).toEqual({ code: 0, signal: null });
});

test('the image is built of what there is, runs as an ordinary user and gets the signals itself', () => {
  const instructions = read('Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '');
  const stages = instructions.filter((line) => line.startsWith('FROM '));
  expect(stages).toEqual(['FROM node:24-slim AS build', 'FROM node:24-slim']);
  const last = instructions.slice(instructions.lastIndexOf('FROM node:24-slim'));
  expect(last).toContain('USER node');
  const asNode = last.slice(last.indexOf('USER node'));
  expect(asNode.filter((line) => line.startsWith('RUN'))).toEqual([
    'RUN PORT=none node bin/bellhop.js doctor || [ $? -eq 78 ]',
  ]);
  expect(JSON.parse(last.find((line) => line.startsWith('ENTRYPOINT '))?.slice(11) ?? '')).toEqual([
    'node',
    'bin/bellhop.js',
  ]);
  const health = JSON.parse(/HEALTHCHECK .*? CMD (\[.*\])$/m.exec(last.join('\n'))?.[1] ?? '') as string[];
  expect(health[2]).toContain('/health');
  expect(instructions.join('\n')).toContain('npm ci --omit=dev');

  const allowed = read('.dockerignore').split('\n');
  const copied = instructions.filter((line) => line.startsWith('COPY ') && !line.includes('--from'));
  const paths = copied.flatMap((line) => line.split(' ').slice(1, -1));
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) {
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(allowed).toContain(`!${path}`);
  }
  expect(allowed[1]).toBe('*');
});

test('the health check of the image succeeds only while Bellhop answers', async (context) => {
  const [, command = ''] = /HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec(read('Dockerfile').replaceAll(/\\\n\s*/g, '')) ?? [];
  const [, ...args] = JSON.parse(command) as string[];
  const world = await startWorld(context);
  const bellhop = launch(world, {});
  await bellhop.output.until((text) => text.includes('listening on'), 'that it listens');
  const [, port = ''] = /listening on http:\/\/[^:]+:(\d+)/.exec(bellhop.output.text()) ?? [];
  const check = () => run(process.execPath, args, { env: { PORT: port } });
  await check();
  bellhop.child.kill('SIGTERM');
  await bellhop.exited;
  await expect(check()).rejects.toMatchObject({ code: 1 });
});

test('compose.yaml starts PostgreSQL first, keeps its data, and opens Bellhop to this machine only', () => {
  const { services, volumes, secrets } = parse(read('compose.yaml')) as {
    services: Record<'bellhop' | 'postgres', Record<string, unknown>>;
    volumes: Record<string, unknown>;
    secrets: Record<string, { file: string }>;
  };
  const { bellhop, postgres } = services;
  expect(bellhop).toMatchObject({
    build: '.',
    depends_on: { postgres: { condition: 'service_healthy' } },
    environment: { DATABASE_URL_FILE: '/run/secrets/database_url' },
    ports: ['127.0.0.1:3000:3000'],
    read_only: true,
    cap_drop: ['ALL'],
  });
  expect(postgres).toHaveProperty('healthcheck.test');
  expect(postgres).not.toHaveProperty('ports');
  for (const mount of [...(bellhop['volumes'] as string[]), ...(postgres['volumes'] as string[])])
    expect(Object.keys(volumes)).toContain(mount.split(':')[0]);
  for (const name of [...(bellhop['secrets'] as string[]), ...(postgres['secrets'] as string[])])
    expect(secrets[name]?.file).toMatch(/^secrets\//);
});

const analyze = '/usr/bin/systemd-analyze';

test.skipIf(!existsSync(analyze))(
  'systemd accepts deploy/bellhop.service and rates it as hardened (skipped without systemd-analyze)',
  async (context) => {
    const unit = read('deploy/bellhop.service');
    const directory = await mkdtemp(join(tmpdir(), 'bellhop-unit-'));
    context.onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const file = join(directory, 'bellhop.service');
    // A program that exists here.
    await writeFile(file, unit.replace('/srv/bellhop/node_modules/.bin/node', process.execPath));
    await run(analyze, ['verify', '--man=no', file]);
    const { stdout } = await run(analyze, ['security', '--offline=yes', '--threshold=20', file]);
    expect(stdout).toMatch(/Overall exposure level for bellhop\.service: [01]\.\d OK/);
  },
);
