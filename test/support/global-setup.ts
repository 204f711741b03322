import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded.ts';
import { isAlive } from '../../src/database/embedded/process.ts';
import { createLog } from '../../src/log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL where tests may create databases. */
    adminUrl: string;
    /** Where random choices start. */
    seed: number;
  }
}

const prefix = 'bellhop-test-';

/** One PostgreSQL for the whole run: TEST_DATABASE_URL, or an embedded one that is removed at the end. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  provideSeed(project);
  const given = process.env['TEST_DATABASE_URL'];
  if (given) {
    project.provide('adminUrl', given);
    return undefined;
  }

  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  // As root the server runs as another user, who may enter.
  await chmod(dataDir, 0o755);
  const database = await startEmbeddedPostgres({ dataDir, log: createLog('warn', { pretty: false }), throwaway: true });
  project.provide('adminUrl', database.url);
  return async () => {
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** Printed, so that a run with the same random choices can follow. */
function provideSeed(project: TestProject): void {
  const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
  if (!Number.isInteger(seed)) throw new Error('SEED must be a whole number, such as SEED=42');
  console.log(`SEED=${seed} repeats the random choices of this run`);
  project.provide('seed', seed);
}

/** Of runs that were killed. A server whose directory is gone ends by itself within a minute. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(name.startsWith(prefix) ? name.slice(prefix.length).split('-')[0] : Number.NaN);
    if (pid && !isAlive(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
}
