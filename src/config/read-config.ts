import { type ConfigOutcome, type Env, parseConfig, type Problem } from './config.ts';
import { readDotenv, readSecretFiles } from './environment.ts';

/** `env`: every variable, those of `.env` and the secrets from files included; `dotenv`: those of `.env` alone. */
export type ReadOutcome =
  | Readonly<{ ok: true; env: Env; dotenv: Env } & Extract<ConfigOutcome, { ok: true }>>
  /** Either `.env` cannot be read, or some settings are wrong. */
  | Readonly<{ ok: false; unreadable: string }>
  | Readonly<{ ok: false; unreadable: undefined; problems: readonly Problem[] }>;

/** The settings as they are now: the environment, which wins over `.env` in the directory, and the files it names. */
export function readConfig(given: Env, directory: string, adapt: (env: Env) => Env = (env) => env): ReadOutcome {
  const dotenv = readDotenv(directory);
  if (!dotenv.ok) return { ok: false, unreadable: dotenv.message };
  const { env, problems } = readSecretFiles(adapt({ ...dotenv.env, ...given }), directory);
  const outcome = parseConfig(env, problems);
  return outcome.ok ? { ...outcome, env, dotenv: dotenv.env } : { ...outcome, unreadable: undefined };
}
