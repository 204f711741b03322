import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import { runDoctor } from './doctor.ts';
import { runMigrate } from './migrate.ts';
import { runReplay } from './replay.ts';

export const commandNames = ['migrate', 'replay', 'doctor'] as const;
export type CommandName = (typeof commandNames)[number];

/** A command runs once and resolves with the exit code. */
export type Command = (args: readonly string[], config: Config, log: Log) => Promise<number>;

export const commands: Readonly<Record<CommandName, Command>> = {
  migrate: runMigrate,
  replay: runReplay,
  doctor: runDoctor,
};
