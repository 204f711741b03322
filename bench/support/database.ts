import { appendFile, chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded.ts';
import { run } from '../../src/database/embedded/run.ts';
import { serverSettings } from '../../src/database/embedded/settings.ts';
import { createLog } from '../../src/log.ts';
import { atEnd } from './cleanup.ts';

export type BenchServer = Readonly<{
  /** The address of a new, empty database. */
  create: (name: string) => Promise<string>;
  /** The address of one that was filled before, as in a directory that is kept; undefined where there is none. */
  find: (name: string) => Promise<string | undefined>;
  rename: (from: string, to: string) => Promise<void>;
  drop: (name: string) => Promise<void>;
}>;

/** A directory that also the unprivileged user of the embedded PostgreSQL can enter. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'bellhop-bench-'));
  await chmod(path, 0o755);
  atEnd(() => rm(path, { recursive: true, force: true }));
  return path;
}

type ServerOptions = Readonly<{
  /** An address besides the loopback's. */
  alsoAt?: string | undefined;
  /** Where it keeps what it holds; undefined: nowhere. */
  keptIn?: string | undefined;
}>;

/** PostgreSQL as the product starts it: fsync on, every commit on the disk. */
export async function startServer({ alsoAt, keptIn }: ServerOptions = {}): Promise<BenchServer> {
  const dataDir = keptIn ?? (await temporaryDirectory());
  const database = await startEmbeddedPostgres({ dataDir, log: createLog('warn', { pretty: false }) });
  atEnd(async () => {
    // It does not stop while others use it, and PostgreSQL takes a moment to see that a process has gone.
    const others = `select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
    for (let look = 0; look < 50 && (await query(database.url, others)).length > 0; look += 1) await wait(100);
    await database.stop();
  });
  if (alsoAt) await listenAlsoAt(database.url, alsoAt);
  const urlOf = (name: string) => {
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    return url.href;
  };
  return {
    create: async (name) => {
      await query(database.url, `create database ${name}`);
      return urlOf(name);
    },
    find: async (name) => {
      const found = await query(database.url, 'select from pg_database where datname = $1', [name]);
      return found.length > 0 ? urlOf(name) : undefined;
    },
    rename: async (from, to) => void (await query(database.url, `alter database ${from} rename to ${to}`)),
    drop: async (name) => void (await query(database.url, `drop database if exists ${name}`)),
  };
}

/** The embedded server listens on the loopback only, and settings of its command line stand above any other. */
async function listenAlsoAt(url: string, address: string): Promise<void> {
  const [found] = await query<{ data: string }>(url, `select current_setting('data_directory') as data`);
  const data = found?.data ?? '';
  await appendFile(join(data, 'pg_hba.conf'), `\nhost all all ${address}/24 scram-sha-256\n`);
  const settings = {
    ...serverSettings(Number(new URL(url).port), false),
    listen_addresses: `127.0.0.1,${address}`,
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  // How it was started: the program comes first.
  const [program = ''] = (await readFile(join(data, 'postmaster.opts'), 'utf8')).split(' ');
  const { uid, gid } = await stat(data);
  const restarted = await run(
    join(dirname(program), 'pg_ctl'),
    [
      'restart',
      '--silent',
      `--pgdata=${data}`,
      `--log=${join(dirname(data), 'postgres.log')}`,
      '--wait',
      `--options=${options.join(' ')}`,
    ],
    { as: process.getuid?.() === 0 ? { name: '', uid, gid } : undefined, cwd: dirname(data), timeoutMs: 60_000 },
  );
  if (restarted.code !== 0) throw new Error(`PostgreSQL does not listen on ${address}: ${restarted.output}`);
}

/** One statement on a connection of its own. */
export async function query<Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** For filling: checks of references and one index entry at a time take most of an hour. */
export const fastLoading = `
  set session_replication_role = replica; set synchronous_commit = off;
  set work_mem = '128MB'; set maintenance_work_mem = '512MB'`;

/** Drops what makes filling slow, but for what keeps rows unique. How to create it again. */
export async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<Readonly<{ name: string; definition: string }>>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where not indisunique and indrelid = any(array['incidences', 'incidence_history', 'transcript_messages',
      'incidence_search', 'search_terms']::regclass[])`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}
