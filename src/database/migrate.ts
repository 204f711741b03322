import { promises as fs } from 'node:fs';
import path from 'node:path';
import { FileMigrationProvider, type MigrationResultSet, Migrator } from 'kysely/migration';
import type { Db } from './connect.ts';

const provider = new FileMigrationProvider({
  fs,
  path,
  migrationFolder: path.join(import.meta.dirname, '../../migrations'),
});

/**
 * Brings the database to the newest version; returns the names of the migrations that ran.
 * Kysely holds an advisory lock meanwhile, so that several processes may start at once. It refuses a database with
 * migrations that it does not know, but a newer version may have been there: then ours have all run.
 */
export async function migrate(db: Db): Promise<string[]> {
  if ((await pendingMigrations(db)).length === 0) return [];
  return ranIn(await migratorFor(db).migrateToLatest());
}

/** As the version left it whose newest migration this is. */
export async function migrateUpTo(db: Db, name: string): Promise<string[]> {
  return ranIn(await migratorFor(db).migrateTo(name));
}

function ranIn({ error, results }: MigrationResultSet): string[] {
  if (error) throw new Error('The database could not be migrated.', { cause: error });
  return (results ?? []).map((result) => result.migrationName);
}

/** The migrations of this program, in order. */
export async function knownMigrations(): Promise<string[]> {
  return Object.keys(await provider.getMigrations()).toSorted();
}

/** Names of migrations this program knows and the database has not run. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const all = await migratorFor(db).getMigrations();
  return all.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
}

function migratorFor(db: Db): Migrator {
  return new Migrator({ db, provider });
}
