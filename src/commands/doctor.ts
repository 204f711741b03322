import { parseArgs } from 'node:util';
import { Api } from 'grammy';
import { senderLockKey } from '../app/base.ts';
import { checkChatwoot } from '../chatwoot/check.ts';
import type { Config, Problem } from '../config/config.ts';
import { describeWay } from '../config/outbound.ts';
import { type Check, fail, pass } from '../checks/check.ts';
import { checkDatabase } from '../checks/database.ts';
import { checkDisk } from '../checks/disk.ts';
import { checkPort } from '../checks/port.ts';
import { checkPublicUrl } from '../checks/public-url.ts';
import { type Checkup, runChecks } from '../checks/run-checks.ts';
import { checkSecrets } from '../checks/secrets.ts';
import type { Db } from '../database/connect.ts';
import { createLog } from '../log.ts';
import { readDefaultPlace } from '../settings/default-place.ts';
import { readDigest } from '../settings/digest-settings.ts';
import { checkTawkRest } from '../tawk/check.ts';
import { checkTawkSettings } from '../tawk/check-settings.ts';
import { apiClient } from '../telegram/api-client.ts';
import { createWebhook } from './create-webhook.ts';
import { checkDigest } from '../telegram/check-digest.ts';
import { checkTelegram } from '../telegram/check.ts';

const usage = 'Usage: npm run doctor -- [--json] [--create-webhook]';

/** `npm run doctor`: checks everything Bellhop needs, one line per check. Needs no running Bellhop and disturbs none. */
export async function runDoctor(args: readonly string[], config: Config): Promise<number> {
  const options = parseOptions(args);
  if (typeof options === 'string') {
    console.error(`${options} ${usage}`);
    return 1;
  }
  if (options['create-webhook']) return createWebhook(config);
  const checks = await runChecks(checkupsFor(config));
  const failed = checks.filter(({ state }) => state === 'fail').length;
  if (options.json) {
    console.log(asJson(checks));
  } else {
    for (const check of checks) console.log(lineOf(check));
    console.log(failed === 0 ? '\nAll checks passed.' : `\n${failed} of ${checks.length} checks failed.`);
  }
  return failed === 0 ? 0 : 1;
}

/** What `--json` prints where the settings cannot be read. */
export function reportOfSettings(problems: readonly Problem[]): string {
  const means = 'Bellhop cannot start';
  return asJson(problems.map(({ variable, problem, example }) => fail(variable, problem, { means, change: example })));
}

function asJson(checks: readonly Check[]): string {
  return JSON.stringify({ ok: checks.every(({ state }) => state !== 'fail'), checks }, undefined, 2);
}

/** Each runs by itself, all at once. A new one is one line here. */
function checkupsFor(config: Config): Checkup[] {
  const { http, proxy, chatwoot } = config;
  // Its lines would stand between those of the checks.
  const log = createLog('silent', { pretty: false });
  return [
    // The first start of the embedded PostgreSQL builds it.
    {
      name: 'database',
      timeoutMs: 90_000,
      run: () => checkDatabase(config, log, { senderLockKey, further: (db) => digestChecks(config, db) }),
    },
    ...(config.databaseUrl === undefined ? [{ name: 'disk', run: () => checkDisk(config.dataDir) }] : []),
    ...(config.roles.includes('http') ? [{ name: 'port', run: () => checkPort(http, proxy) }] : []),
    { name: 'PUBLIC_URL', run: () => checkPublicUrl(http, proxy) },
    { name: 'telegram', timeoutMs: 45_000, run: () => telegramChecks(config) },
    { name: 'chatwoot', timeoutMs: 45_000, run: () => checkChatwoot(chatwoot, proxy, http.publicUrl) },
    { name: 'tawk settings', run: () => checkTawkSettings(config) },
    { name: 'tawk REST', run: () => checkTawkRest(config.tawk, proxy) },
    { name: 'secrets', run: () => checkSecrets(config) },
  ];
}

const marks = { ok: 'ok   ', note: 'note ', fail: 'FAIL ' } as const;

function lineOf(check: Check): string {
  const line = `${marks[check.state]} ${check.name}: ${check.found}`;
  return check.state === 'ok' ? line : `${line}. ${check.means}. Change: ${check.change}`;
}

async function digestChecks(config: Config, db: Db): Promise<Check[]> {
  const { telegram, proxy, timezone, digestAt } = config;
  const { at } = await readDigest(db, digestAt);
  const { chat } = telegram;
  const place = chat ? { chatId: chat.chatId, threadId: chat.threadId ?? null } : await readDefaultPlace(db);
  const { token } = telegram;
  const api = token === undefined ? undefined : apiOf({ ...telegram, token }, proxy);
  return runChecks([{ name: 'digest', run: async () => [await checkDigest({ at, place, api, zone: timezone })] }]);
}

function apiOf({ token, apiRoot }: Readonly<{ token: string; apiRoot: string }>, proxy: Config['proxy']): Api {
  return new Api(token, apiClient({ apiRoot, proxy, timeoutSeconds: 10 }));
}

async function telegramChecks({ telegram, proxy, http }: Config): Promise<Check[]> {
  if (telegram.token === undefined) {
    return [pass('telegram', 'sandbox mode, because TELEGRAM_BOT_TOKEN is not set: nothing to check')];
  }
  const { token, apiRoot } = telegram;
  return checkTelegram({
    api: apiOf({ token, apiRoot }, proxy),
    apiRoot,
    proxy,
    way: describeWay(apiRoot, proxy),
    places: telegram.chat ? [{ chatId: telegram.chat.chatId, threadId: telegram.chat.threadId ?? null }] : [],
    adminIds: telegram.adminIds,
    mode: telegram.mode,
    publicUrl: http.publicUrl,
  });
}

function parseOptions(args: readonly string[]): { json: boolean; 'create-webhook': boolean } | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, 'create-webhook': { type: 'boolean', default: false } },
    });
    return values;
  } catch (err) {
    if (!(err instanceof TypeError)) throw err;
    return `${err.message.split(/\.\s/, 1)[0]}.`;
  }
}
