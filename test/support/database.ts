import { randomUUID } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';
import { inject, onTestFinished } from 'vitest';
import { connect, type Db } from '../../src/database/connect.ts';
import { createLog } from '../../src/log.ts';

export type TestDatabase = { url: string; drop(): Promise<void> };

/** A database of its own for one test or file, empty or a copy of `template` (which nobody may be connected to). */
export async function createTestDatabase(options: { template?: string } = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = options.template ? ` template ${escapeIdentifier(options.template)}` : '';
  await administer(`create database ${name}${template}`);

  const url = new URL(inject('adminUrl'));
  url.pathname = `/${name}`;
  // The product names its own connections.
  url.searchParams.delete('application_name');
  return {
    url: url.href,
    // By force: a test that failed half-way leaves connections open.
    drop: () => administer(`drop database if exists ${name} with (force)`),
  };
}

/** Runs one statement with the rights to create databases. */
async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('adminUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Connections to a database of their own, until the end of the test. */
export async function openTestDatabase(connections = 1): Promise<Db> {
  const database = await createTestDatabase();
  const db = connect(database.url, { role: 'test', connections, log: createLog('silent', { pretty: false }) });
  onTestFinished(async () => {
    await db.destroy();
    await database.drop();
  });
  return db;
}
