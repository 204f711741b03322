import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../log.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded.ts';
import { canEnter, isRoot, serviceAccount } from './account.ts';

/** A directory with the DATA_DIR of a stopped server, for tests that begin with one. */
let template: string;
let directory: string;
let dataDir: string;
let logged: Record<string, unknown>[];
let started: EmbeddedPostgres[];
let children: ChildProcess[];

beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'bellhop-embedded-'));
  await chmod(template, 0o755);
  const log = createLog('silent', { pretty: false });
  await (await startEmbeddedPostgres({ dataDir: join(template, 'data'), log })).stop();
});

afterAll(() => rm(template, { recursive: true, force: true }));

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bellhop-embedded-'));
  await chmod(directory, 0o755);
  dataDir = join(directory, 'data');
  logged = [];
  started = [];
  children = [];
});

afterEach(async () => {
  for (const database of started) await database.stop();
  for (const child of children) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

describe('an ordinary life', () => {
  test('the first start makes a durable UTF-8 database that only this machine and this password reach', async () => {
    const database = await start();

    expect(await query(database.url, 'select current_database() as name')).toEqual([{ name: 'bellhop' }]);
    const settings = await query<{ name: string; setting: string }>(
      database.url,
      `select name, setting from pg_settings where name in
         ('server_encoding', 'TimeZone', 'fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses',
          'unix_socket_directories', 'password_encryption')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      server_encoding: 'UTF8',
      TimeZone: 'UTC',
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      password_encryption: 'scram-sha-256',
    });
    expect(await query(database.url, `select upper('señor łukasz') as text`)).toEqual([{ text: 'SEÑOR ŁUKASZ' }]);

    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['postgres']);
    expect(JSON.stringify(logged)).not.toContain(new URL(database.url).password);
  });

  test('stop ends the server, and the next start finds the data', async () => {
    const first = await start();
    await query(first.url, 'create table kept (word text)');
    await query(first.url, `insert into kept values ('still here')`);
    await first.stop();
    await expect(query(first.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await expect(stat(join(dataDir, 'postgres', 'data', 'postmaster.pid'))).rejects.toThrow('ENOENT');
    expect(logged.at(-1)).toMatchObject({ msg: 'database.stopped' });

    const second = await start();
    expect(await query(second.url, 'select * from kept')).toEqual([{ word: 'still here' }]);
    expect(logged.at(-1)).toMatchObject({ msg: 'database.started', adopted: false });
  });

  test('stop disconnects clients that are still there', async () => {
    const database = await start();
    const client = new Client({ connectionString: database.url });
    const ended = once(client, 'error');
    // It says first why, then that the connection is gone.
    client.on('error', () => {});
    await client.connect();
    await database.stop();
    expect(String(await ended)).toContain('terminating connection');
  });

  test('an ordinary user can run it', async ({ skip }) => {
    if (!isRoot()) skip('the other tests run as an ordinary user already');
    const account = await serviceAccount();
    if (!(await canEnter(account, import.meta.dirname)) || !(await canEnter(account, dirname(process.execPath)))) {
      skip(`the user ${account.name} cannot reach this clone or Node`);
    }
    await mkdir(dataDir);
    await chown(dataDir, account.uid, account.gid);

    const owner = await startInChild(account);
    expect(await query(owner.url, 'select current_database() as name')).toEqual([{ name: 'bellhop' }]);
    expect((await stat(join(dataDir, 'postgres', 'data'))).uid).toBe(account.uid);
    owner.child.kill('SIGTERM');
    await owner.ended;
    await expect(query(owner.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('processes that are killed, or two at once', () => {
  test('the server of a killed process is adopted with its data', async () => {
    const owner = await startInChild();
    await query(owner.url, 'create table kept (word text)');
    const [before] = await query(owner.url, 'select pg_postmaster_start_time()::text as at');
    owner.child.kill('SIGKILL');
    await owner.ended;

    const database = await start();
    expect(logged.at(-1)).toMatchObject({ msg: 'database.started', adopted: true });
    expect(await query(database.url, 'select pg_postmaster_start_time()::text as at')).toEqual([before]);
    expect(await query(database.url, 'select * from kept')).toEqual([]);

    await database.stop();
    await expect(query(database.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  test('two first starts at the same moment share one server, and the last to leave stops it', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    const identity = 'select pg_postmaster_start_time()::text as at, system_identifier::text from pg_control_system()';
    expect(await query(one.url, identity)).toEqual(await query(other.url, identity));
    expect(await readdir(dataDir)).toEqual(['postgres']);

    const inUse = new Client({ connectionString: other.url });
    await inUse.connect();
    await one.stop();
    expect(logged.at(-1)).toMatchObject({ msg: 'database.left_running' });
    expect((await inUse.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await inUse.end();
    await other.stop();
    await expect(query(other.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a postmaster.pid that was left behind', () => {
  test('names a living program of somebody else', async () => {
    // Of the same user, whom alone PostgreSQL takes seriously.
    const account = isRoot() ? await serviceAccount() : undefined;
    const stranger = spawn('sleep', ['600'], account ? { uid: account.uid, gid: account.gid } : {});
    children.push(stranger);
    await once(stranger, 'spawn');
    await leavePidFile(stranger.pid ?? 0);

    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode).toBeNull();
  });

  test.skipIf(process.platform !== 'linux')('names a zombie', async () => {
    const account = isRoot() ? await serviceAccount() : undefined;
    // The shell starts `cat`, then becomes a `sleep` that never asks for its child's exit code.
    const script = 'exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 600';
    const parent = spawn('sh', ['-c', script], account ? { uid: account.uid, gid: account.gid } : {});
    children.push(parent);
    const [line] = await once(parent.stdout, 'data');
    const zombie = Number(String(line));
    await expect.poll(() => readFile(`/proc/${parent.pid}/cmdline`, 'utf8')).toMatch(/^sleep/);
    parent.stdin.end();
    await expect.poll(() => readFile(`/proc/${zombie}/stat`, 'utf8')).toContain(' Z ');
    await leavePidFile(zombie);

    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('names a process that is dead', async () => {
    const short = spawn('true');
    await once(short, 'exit');
    await leavePidFile(short.pid ?? 0);
    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is empty, as after a power cut', async () => {
    await leavePidFile(1);
    await writeFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), '');
    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('directories that are not as they should be', () => {
  test('a database of another major version is left alone and explained', async () => {
    await leaveStopped();
    await writeFile(join(dataDir, 'postgres', 'data', 'PG_VERSION'), '16\n');
    const failure = await failureOf(start());
    expect(failure).toMatch(/contains a PostgreSQL 16 database, but PostgreSQL 18 is installed/);
    expect(failure).toMatch(/pg_dump/);
    expect(failure).toMatch(/DATABASE_URL/);
  });

  test('a first start that was interrupted is repeated', async () => {
    await mkdir(join(dataDir, 'postgres', 'data', 'base'), { recursive: true });
    const abandoned = join(dataDir, 'postgres.new-abandoned');
    await mkdir(abandoned);
    await utimes(abandoned, 0, 0);
    await mkdir(join(dataDir, 'postgres.new-of-another-process'));

    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const names = await readdir(dataDir);
    expect(names).toContain('postgres.new-of-another-process');
    expect(names).not.toContain('postgres.new-abandoned');
    expect(names.filter((name) => name.startsWith('postgres.incomplete-'))).toHaveLength(1);
  });

  test('a start that PostgreSQL refuses ends with what PostgreSQL said', async () => {
    await leaveStopped();
    await writeFile(join(dataDir, 'postgres', 'data', 'postgresql.auto.conf'), `shared_buffers = '64 bananas'\n`);
    const failure = await failureOf(start());
    expect(failure).toContain('invalid value for parameter "shared_buffers": "64 bananas"');
    expect(failure).toContain(join(dataDir, 'postgres', 'postgres.log'));
  });

  test('a lost password file is explained', async () => {
    await leaveStopped();
    await rm(join(dataDir, 'postgres', 'password'));
    expect(await failureOf(start())).toContain(`The database password is missing: ${dataDir}/postgres/password`);
  });

  test('a DATA_DIR that cannot be is explained', async () => {
    await writeFile(join(directory, 'file'), '');
    dataDir = join(directory, 'file', 'data');
    expect(await failureOf(start())).toMatch(/cannot be stored in .*ENOTDIR.* Set DATA_DIR/);
  });

  test.skipIf(process.platform !== 'linux')('so is one where the system lets nobody make directories', async () => {
    for (dataDir of ['/proc/bellhop', '/proc/bellhop/data']) {
      expect(await failureOf(start())).toMatch(/cannot be stored in \/proc\/bellhop.*ENOENT.* Set DATA_DIR/);
    }
  });

  test('directories that are missing above it are made', async () => {
    dataDir = join(directory, 'one', 'two', 'data');
    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a path that the shell would take apart is refused', async () => {
    dataDir = join(directory, 'costs $HOME');
    expect(await failureOf(start())).toContain('choose a directory without the characters');
  });

  test('spaces and quotes in the path are fine', async () => {
    dataDir = join(directory, "it's a directory");
    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

/** DATA_DIR as a server leaves it that was stopped. */
async function leaveStopped(): Promise<void> {
  await promisify(execFile)('cp', ['-a', join(template, 'data'), dataDir]);
}

/** DATA_DIR as a server leaves it in a crash, its number now being that of another process. */
async function leavePidFile(pid: number): Promise<void> {
  await leaveStopped();
  const data = join(dataDir, 'postgres', 'data');
  const lines = [pid, data, 1_700_000_000, 5432, '', '127.0.0.1', '  1 2', 'ready', ''];
  await writeFile(join(data, 'postmaster.pid'), lines.join('\n'));
  const { uid, gid } = await stat(data);
  await chown(join(data, 'postmaster.pid'), uid, gid);
}

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const log = createLog('debug', {
    pretty: false,
    destination: { write: (line: string) => void logged.push(JSON.parse(line)) },
  });
  const database = await startEmbeddedPostgres({ dataDir, log, ...options });
  started.push(database);
  return database;
}

/** Another Bellhop process: it starts the database, prints its URL and stops it on SIGTERM. */
async function startInChild(account?: { uid: number; gid: number }) {
  const script = `
    import { startEmbeddedPostgres } from '${import.meta.dirname}/embedded.ts';
    import { createLog } from '${import.meta.dirname}/../../log.ts';
    const log = createLog('silent', { pretty: false });
    const database = await startEmbeddedPostgres({ dataDir: process.argv[1], log });
    process.on('SIGTERM', () => database.stop().then(() => process.exit(0)));
    setInterval(() => {}, 1000);
    console.log(database.url);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: directory,
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  children.push(child);
  const ended = once(child, 'exit');
  const [url] = await Promise.race([once(child.stdout, 'data'), ended.then(() => ['the process ended'])]);
  return { child, ended, url: String(url).trim() };
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function failureOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'EmbeddedPostgresError' });
  return error instanceof Error ? error.message : '';
}
