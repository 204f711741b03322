import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { atEnd } from './cleanup.ts';
import { ended } from './remote.ts';

export const secrets = {
  chatwoot: 'bench-chatwoot-webhook-secret',
  alertKey: 'bench-alert-key-0123456789abcdef',
  tawk: 'bench-tawk-webhook-secret',
} as const;

export const token = '1234567:SANDBOX0bellhop0sandbox0bellhop0sand';

export type Product = Readonly<{
  port: number;
  pid: number;
  /** From the start of the process to `listening on`, in ms. */
  startMs: number;
  stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Resolves when its log has said this so many times; rejects after a minute. */
  said: (words: string, times?: number) => Promise<void>;
}>;

export type ProductOptions = Readonly<{
  env: Readonly<Record<string, string>>;
  /** Where its log goes. */
  output: string;
  /** As if Telegram had no flood limits. */
  unlimited?: boolean;
  /** A command that it runs behind, as on a machine of its own. */
  within?: readonly string[];
}>;

/** Settings of a product that takes the Bot API at `apiRoot` for Telegram. */
export function productEnv(databaseUrl: string, apiRoot: string): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_API_ROOT: apiRoot,
    TELEGRAM_CHAT_ID: String(SEED.supportTeam),
    TELEGRAM_ADMIN_IDS: String(SEED.carla),
    CHATWOOT_WEBHOOK_SECRET: secrets.chatwoot,
    CHATWOOT_ALERT_KEY: secrets.alertKey,
    TAWK_WEBHOOK_SECRET: secrets.tawk,
    ALERTS_PER_MINUTE: '100000000',
    WEBHOOKS_PER_MINUTE: '100000000',
  };
}

/** Starts the product in a process of its own and waits until it listens. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const entry = options.unlimited
    ? new URL('../processes/unlimited.js', import.meta.url)
    : new URL('../../bin/bellhop.js', import.meta.url);
  const output = openSync(options.output, 'w');
  const begun = performance.now();
  const [command, ...given] = [...(options.within ?? []), process.execPath, fileURLToPath(entry)];
  const child = spawn(command ?? '', given, {
    // Away from any `.env` of the working copy.
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  atEnd(() => ended(child, 'SIGTERM'));
  const port = await listening(child, options.output);
  const startMs = performance.now() - begun;
  return {
    port,
    pid: child.pid ?? 0,
    startMs,
    stop: (signal = 'SIGTERM') => ended(child, signal),
    said: (words, times = 1) => said(options.output, words, times),
  };
}

async function said(output: string, words: string, times: number): Promise<void> {
  const endAt = Date.now() + 60_000;
  while (readFileSync(output, 'utf8').split(words).length <= times) {
    if (Date.now() > endAt) throw new Error(`the product did not say "${words}" ${times} times: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function listening(child: ChildProcess, output: string): Promise<number> {
  for (;;) {
    const printed = readFileSync(output, 'utf8');
    const port = /^listening on http:\/\/\S+:(\d+)$/m.exec(printed)?.[1];
    if (port) return Number(port);
    // Without the http role.
    if (/^ready$/m.test(printed)) return 0;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the product ended:\n${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
