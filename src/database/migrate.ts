import { promises as fs } from 'node:fs';
import path from 'node:path';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import type { Db } from './connect.ts';

/**
 * Brings the database to the newest version; returns the names of the migrations that ran.
 * Kysely holds an advisory lock meanwhile, so that several processes may start at once.
 */
export async function migrate(db: Db): Promise<string[]> {
  const { error, results } = await migratorFor(db).migrateToLatest();
  if (error) throw new Error('The database could not be migrated.', { cause: error });
  return (results ?? []).map((result) => result.migrationName);
}

/** Names of migrations this program knows and the database has not run. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const all = await migratorFor(db).getMigrations();
  return all.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
}

function migratorFor(db: Db): Migrator {
  const migrationFolder = path.join(import.meta.dirname, '../../migrations');
  return new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder }) });
}
