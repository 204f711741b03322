import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Client, escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { poolSettings, sessionSettings } from '../connect.ts';
import { knownMigrations } from '../migrate.ts';
import { findMigrations, findSequences, findTables } from './catalog.ts';
import { BackupError, type End, endOfRows, type Head, jsonLine } from './format.ts';

export type BackupReport = Readonly<{ rows: End['rows']; bytes: number; hasTokens: boolean }>;

/**
 * Writes all of Bellhop's tables as they are at one instant, whoever writes meanwhile. A file of that name stays as it
 * is until the new one is whole.
 */
export async function writeBackup(url: string, file: string, now: Date): Promise<BackupReport> {
  const client = new Client(poolSettings(url, 'backup'));
  client.on('error', () => undefined);
  const partial = `${file}.partial`;
  try {
    await client.connect();
    await client.query(sessionSettings('unlimited'));
    await client.query('begin transaction isolation level repeatable read, read only');
    const migrations = await findMigrations(client);
    checkMigrations(migrations, await knownMigrations());
    const head: Head = { bellhop: 'backup', format: 1, createdAt: now, migrations };
    const rows: Record<string, number> = {};
    const written = createWriteStream(partial, { mode: 0o600, flush: true });
    await pipeline(contentOf(client, head, rows), createGzip(), written);
    await rename(partial, file);
    return { rows, bytes: (await stat(file)).size, hasTokens: (rows['people_links'] ?? 0) > 0 };
  } catch (error) {
    throw explained(error, file);
  } finally {
    await client.end();
    await rm(partial, { force: true });
  }
}

function explained(error: unknown, file: string): unknown {
  const code: unknown = error instanceof Error && Reflect.get(error, 'code');
  if (code === 'ENOENT') return new BackupError(`The directory of ${file} does not exist.`);
  if (code === 'EISDIR') return new BackupError(`${file} is a directory: name a file.`);
  if (code === 'EACCES' || code === 'EROFS') return new BackupError(`This user may not write ${file}.`);
  if (code === 'ENOSPC') return new BackupError(`There is not enough space for ${file}.`);
  return error;
}

function checkMigrations(migrations: readonly string[], known: readonly string[]): void {
  if (migrations.length === 0)
    throw new BackupError('There is nothing to back up: the database was never used by Bellhop.');
  const newer = migrations.filter((name) => !known.includes(name));
  if (newer.length > 0)
    throw new BackupError(
      `A newer version of Bellhop uses this database (${newer.join(', ')}). Make the backup with that version.`,
    );
}

async function* contentOf(
  client: Client,
  head: Head,
  rows: Record<string, number>,
): AsyncGenerator<Buffer | string, void> {
  yield jsonLine(head);
  for (const { name, columns } of await findTables(client)) {
    yield jsonLine({ table: name, columns });
    const list = columns.map((column) => escapeIdentifier(column)).join(', ');
    const copy = client.query(copyTo(`copy ${escapeIdentifier(name)} (${list}) to stdout`));
    for await (const chunk of copy) yield chunk as Buffer;
    rows[name] = copy.rowCount;
    yield endOfRows;
  }
  const end: End = { rows, sequences: await findSequences(client) };
  yield jsonLine(end);
}
