import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { createLog } from '../../src/log.ts';
import { atEnd } from './cleanup.ts';

export type BenchServer = Readonly<{
  /** The address of a new, empty database. */
  create: (name: string) => Promise<string>;
}>;

/** A directory that also the unprivileged user of the embedded PostgreSQL can enter. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'bellhop-bench-'));
  await chmod(path, 0o755);
  atEnd(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** PostgreSQL as the product starts it: fsync on, every commit on the disk. */
export async function startServer(): Promise<BenchServer> {
  const dataDir = await temporaryDirectory();
  const database = await startEmbeddedPostgres({ dataDir, log: createLog('warn', { pretty: false }) });
  atEnd(async () => {
    // It does not stop while others use it, and PostgreSQL takes a moment to see that a process has gone.
    const others = `select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
    for (let look = 0; look < 50 && (await query(database.url, others)).length > 0; look += 1) await wait(100);
    await database.stop();
  });
  return {
    create: async (name) => {
      await query(database.url, `create database ${name}`);
      const url = new URL(database.url);
      url.pathname = `/${name}`;
      return url.href;
    },
  };
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
