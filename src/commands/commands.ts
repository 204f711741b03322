import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';

export const commandNames = ['migrate', 'replay', 'recount', 'doctor', 'backup', 'restore', 'erase'] as const;
export type CommandName = (typeof commandNames)[number];

/** A command runs once and resolves with the exit code. Loaded when it is used: the server needs none. */
export type Command = (args: readonly string[], config: Config, log: Log) => Promise<number>;

export const commands: Readonly<Record<CommandName, Command>> = {
  migrate: async (...given) => (await import('./migrate.ts')).runMigrate(...given),
  replay: async (...given) => (await import('./replay.ts')).runReplay(...given),
  backup: async (...given) => (await import('./backup.ts')).runBackup(...given),
  restore: async (...given) => (await import('./restore.ts')).runRestore(...given),
  erase: async (...given) => (await import('./erase.ts')).runErase(...given),
  recount: async (...given) => (await import('./recount.ts')).runRecount(...given),
  doctor: async (args, config) => (await import('./doctor.ts')).runDoctor(args, config),
};
