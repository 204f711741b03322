import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { pipeline as piped } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Client, escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { z } from 'zod';
import { kyselyOver, poolSettings, sessionSettings } from '../connect.ts';
import { knownMigrations, migrate, migrateUpTo } from '../migrate.ts';
import { isRefusal } from '../refusal.ts';
import { findMigrations, findTables } from './catalog.ts';
import { BackupError, type End, endSchema, type Head, headSchema, tableSchema } from './format.ts';
import { ownTables } from './own-tables.ts';
import { createReader, type Reader } from './reader.ts';

export type RestoreReport = Readonly<{ createdAt: Date; rows: End['rows']; migrated: readonly string[] }>;

type Options = Readonly<{
  /** Replace what the database holds. */
  force: boolean;
  /** Of the advisory lock that the running bot holds. */
  senderLockKey: number;
}>;

/**
 * Fills the database from a backup, in one transaction: where anything is wrong, everything is as before. A backup of an
 * earlier version is migrated.
 */
export async function restoreBackup(url: string, file: string, options: Options): Promise<RestoreReport> {
  const client = new Client(poolSettings(url, 'restore'));
  client.on('error', () => undefined);
  const db = kyselyOver({ acquire: async () => client, release: () => undefined, end: () => client.end() });
  try {
    await client.connect();
    await client.query(sessionSettings('unlimited'));
    return await db.transaction().execute(async (trx) => {
      const reader = createReader(unzip(file));
      const known = await knownMigrations();
      const head = await readHead(reader, known);
      await makeRoom(client, known, options);
      await migrateUpTo(trx, head.migrations.at(-1) ?? '');
      const rows = await fill(client, reader);
      const migrated = await migrate(trx);
      await client.query('analyze');
      return { createdAt: head.createdAt, rows, migrated };
    });
  } catch (error) {
    throw isRefusal(error) ? notABackup() : error;
  } finally {
    await client.end();
  }
}

async function* unzip(file: string): AsyncGenerator<Buffer, void> {
  // Its errors are those of the last stream.
  const unzipped = pipeline(createReadStream(file), createGunzip(), () => undefined);
  try {
    for await (const piece of unzipped) yield piece as Buffer;
  } catch (error) {
    throw explained(error, file);
  }
}

function explained(error: unknown, file: string): unknown {
  const code: unknown = error instanceof Error && Reflect.get(error, 'code');
  if (code === 'ENOENT') return new BackupError(`There is no file ${file}.`);
  if (code === 'EISDIR') return new BackupError(`${file} is a directory, not a backup.`);
  if (code === 'EACCES') return new BackupError(`This user may not read ${file}.`);
  if (typeof code === 'string' && code.startsWith('Z_'))
    return new BackupError(`${file} is damaged or is not a backup of Bellhop.`);
  return error;
}

async function readHead(reader: Reader, known: readonly string[]): Promise<Head> {
  const head = parse(headSchema, await reader.line());
  const { migrations } = head;
  const newer = migrations.filter((name) => !known.includes(name));
  if (newer.length > 0)
    throw new BackupError(
      `The backup was made by a newer version of Bellhop (${newer.join(', ')}). Update Bellhop, then restore it.`,
    );
  if (migrations.some((name, index) => name !== known[index])) throw notABackup();
  return head;
}

/** Checks that nothing is lost and nobody disturbed, then removes Bellhop's tables. */
async function makeRoom(client: Client, known: readonly string[], { force, senderLockKey }: Options): Promise<void> {
  const { rows } = await client.query<{ isFree: boolean }>('select pg_try_advisory_xact_lock($1) as "isFree"', [
    senderLockKey,
  ]);
  if (rows[0]?.isFree !== true)
    throw new BackupError('Bellhop is running on this database. Stop it, restore, and start it again.');

  const newer = (await findMigrations(client)).filter((name) => !known.includes(name));
  if (newer.length > 0)
    throw new BackupError(
      `A newer version of Bellhop uses this database (${newer.join(', ')}). Restore into an empty one.`,
    );
  const filled = await findFilled(client);
  if (filled.length > 0 && !force)
    throw new BackupError(
      `The database is not empty: it has rows in ${filled.join(', ')}. With --force the backup replaces them.`,
    );
  const names = [...ownTables, 'kysely_migration', 'kysely_migration_lock'].map((name) => escapeIdentifier(name));
  await client.query(`drop table if exists ${names.join(', ')} cascade`);
}

/** A migration fills this one. */
const filledByMigration = 'search_progress';

async function findFilled(client: Client): Promise<string[]> {
  const filled: string[] = [];
  for (const { name } of await findTables(client)) {
    const { rows } = await client.query(`select from ${escapeIdentifier(name)} limit 1`);
    if (rows.length > 0 && name !== filledByMigration) filled.push(name);
  }
  return filled;
}

async function fill(client: Client, reader: Reader): Promise<End['rows']> {
  const tables = await findTables(client);
  await client.query(`truncate ${tables.map(({ name }) => escapeIdentifier(name)).join(', ')}`);
  const rows: Record<string, number> = {};
  for (;;) {
    const line = await reader.line();
    const section = tableSchema.safeParse(jsonOf(line));
    if (!section.success) {
      await finish(client, parse(endSchema, line), rows);
      if ((await reader.line()) !== undefined) throw notABackup();
      return rows;
    }
    const { table, columns } = section.data;
    if (!ownTables.includes(table)) throw notABackup();
    const list = columns.map((column) => escapeIdentifier(column)).join(', ');
    const copy = client.query(copyFrom(`copy ${escapeIdentifier(table)} (${list}) from stdin`));
    await piped(Readable.from(reader.rows(), { objectMode: false }), copy);
    rows[table] = copy.rowCount;
  }
}

async function finish(client: Client, end: End, rows: Readonly<Record<string, number>>): Promise<void> {
  const wrong = Object.entries(end.rows).find(([table, count]) => rows[table] !== count);
  if (wrong) throw new BackupError(`The backup is damaged: it lacks rows of ${wrong[0]}.`);
  for (const { table, column, last } of end.sequences) {
    await client.query('select setval(pg_get_serial_sequence($1, $2), $3)', [escapeIdentifier(table), column, last]);
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, line: string | undefined): z.infer<Schema> {
  const parsed = schema.safeParse(jsonOf(line));
  if (!parsed.success) throw notABackup();
  return parsed.data;
}

function jsonOf(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}

function notABackup(): BackupError {
  return new BackupError('The file is damaged or is not a backup of this format.');
}
