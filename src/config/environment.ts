import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { unquote } from './fields.ts';
import { fileVariable, type Problem, SECRETS } from './variables.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The variables in `.env`, none if there is no such file, or why it cannot be read. */
export function readDotenv(directory: string): { ok: true; env: Env } | { ok: false; message: string } {
  const file = path.join(directory, '.env');
  try {
    // parseEnv joins lines that end with a lone carriage return.
    return { ok: true, env: parseEnv(decode(readFileSync(file)).replaceAll(/\r\n?/g, '\n')) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && !lstatSync(file, { throwIfNoEntry: false })) return { ok: true, env: {} };
    return { ok: false, message: `${file} ${reasonOf(error)}.` };
  }
}

/** Reads secrets from files (`<NAME>_FILE`), as Docker and systemd provide them. */
export function readSecretFiles(env: Env, directory: string): { env: Env; problems: Problem[] } {
  const merged: Record<string, string | undefined> = { ...env };
  const problems: Problem[] = [];
  for (const name of SECRETS) {
    const variable = fileVariable(name);
    const file = unquote(env[variable] ?? '');
    if (!file) continue;
    const outcome = unquote(env[name] ?? '')
      ? { problem: `and ${name} are both set: keep one` }
      : readSecret(directory, file);
    if ('secret' in outcome) merged[name] = outcome.secret;
    else
      problems.push({ variable, problem: outcome.problem, example: `${variable}=/run/secrets/${name.toLowerCase()}` });
  }
  return { env: merged, problems };
}

function readSecret(directory: string, file: string): { secret: string } | { problem: string } {
  try {
    const secret = decode(readFileSync(path.resolve(directory, file))).trim();
    if (secret === '') return { problem: 'names an empty file' };
    if (/[\r\n]/.test(secret)) return { problem: 'names a file with several lines: it must contain only the secret' };
    return { secret };
  } catch (error) {
    return { problem: `names a file that ${reasonOf(error)}` };
  }
}

/** Text as editors save it: UTF-8 or UTF-16, with or without a byte order mark, otherwise Windows-1252. */
function decode(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'does not exist';
    case 'EISDIR':
      return 'is a directory, not a file: Docker creates one if a bind-mounted file is missing';
    case 'EACCES':
    case 'EPERM':
      return 'is not readable by the user that runs Bellhop: change its owner or permissions';
    case undefined:
    default:
      return `cannot be read (${codeOf(error) ?? String(error)})`;
  }
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}
