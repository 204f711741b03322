import { randomBytes } from 'node:crypto';
import { Api } from 'grammy';
import { chatwootEndpoints, chatwootOperations } from './chatwoot/endpoints.ts';
import { createTranslateChatwoot } from './chatwoot/translate.ts';
import { createTranslateAlert } from './chatwoot/translate-alert.ts';
import type { Config } from './config.ts';
import { connect } from './database/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import { createWake } from './database/wake.ts';
import * as cardStore from './delivery/card-store.ts';
import type { ChatPlace } from './delivery/delivery.ts';
import { createDispatcher } from './delivery/dispatcher.ts';
import { type Limits, telegramLimits, unlimited } from './delivery/pace.ts';
import { sendTest } from './delivery/send-test.ts';
import { createSenderLock } from './delivery/sender-lock.ts';
import { healthOperations } from './http/health.ts';
import { createIntake } from './http/intake.ts';
import { createHttpServer } from './http/server.ts';
import { createProcessor } from './inbound/process-inbound.ts';
import { createShownWatch } from './inbound/shown-watch.ts';
import type { Translate } from './inbound/source.ts';
import { showUnshown } from './incidences/show-unshown.ts';
import type { Log } from './log.ts';
import { createSandboxPage } from './sandbox/page.ts';
import { createSandbox, type Sandbox } from './sandbox/sandbox.ts';
import { SEED, seedWorld } from './sandbox/seed.ts';
import { tawkEndpoints } from './tawk/endpoints.ts';
import { createTranslateTawk } from './tawk/translate.ts';
import { createBot } from './telegram/bot.ts';
import { createSenders } from './telegram/senders.ts';

export type App = Readonly<{
  /** Everything runs when it resolves; `url` where the http role is. */
  start: () => Promise<{ url: string | undefined; sandbox: Sandbox | undefined }>;
  stop: () => Promise<void>;
}>;

/** Each part is stopped in the reverse of the order it was started in. */
type Part = Readonly<{ stop: () => Promise<void> | void }>;

/** `limits` is for benches and tests against a Telegram that does not limit. */
export type AppOptions = Readonly<{ config: Config; log: Log; limits?: () => Limits }>;

export function createApp(options: AppOptions): App {
  const parts: Part[] = [];
  return {
    start: () => start(options, parts),
    stop: async () => {
      for (const part of parts.splice(0).toReversed()) await part.stop();
    },
  };
}

async function start(options: AppOptions, parts: Part[]) {
  const { log } = options;
  const now = () => new Date();
  const startedAt = now();
  const runs = (role: Config['roles'][number]) => options.config.roles.includes(role);

  const databaseUrl = await startDatabase(options.config, log, parts);
  const db = connect(databaseUrl, { role: 'pool', connections: 10, log });
  parts.push({ stop: () => db.destroy() });
  const ran = await migrate(db);
  if (ran.length > 0) log.info({ migrations: ran }, 'database.migrated');

  const sandboxed = await startSandbox(options, await cardStore.findHighestMessageId(db), parts);
  if (sandboxed) await cardStore.markAllGone(db, now());
  const { telegram, chatwoot, tawk, ...config } = sandboxed?.config ?? options.config;
  const locale = { zone: config.timezone, currency: config.currency };
  const places: ChatPlace[] = telegram.chat
    ? [{ chatId: telegram.chat.chatId, threadId: telegram.chat.threadId ?? null }]
    : [];
  const admins = telegram.adminIds.map((chatId): ChatPlace => ({ chatId, threadId: null }));
  const adminPlaces = admins.length > 0 ? admins : places;

  const wake = createWake({ db, databaseUrl, log });
  await wake.start();
  parts.push(wake);

  const desk = { baseUrl: chatwoot.baseUrl, accountId: chatwoot.accountId?.toString() };
  const translators: Record<string, Translate> = {
    chatwoot: createTranslateChatwoot(desk),
    alert: createTranslateAlert(desk),
    tawk: createTranslateTawk({}),
  };
  if (runs('process')) {
    const translate = (source: string) => translators[source];
    const processor = createProcessor({ db, wake, log, translate, places, adminPlaces, now });
    processor.start();
    parts.push(processor);
  }

  let telegramHeardAt: () => Date | 'not-here' | undefined = () => 'not-here';
  if (runs('bot') && telegram.token !== undefined) {
    const { token, apiRoot } = telegram;
    // The sender's own client: its calls keep to the pace by themselves.
    const api = new Api(token, { apiRoot, timeoutSeconds: 30 });
    const send = createSenders({ api, db, locale });
    const limits = options.limits ?? (() => (sandboxed?.sandbox.flood === 'off' ? unlimited : telegramLimits));
    const dispatcher = createDispatcher({ db, wake, log, send, limits, now });
    const bot = createBot({
      db,
      wake,
      log,
      dispatcher,
      places,
      adminIds: telegram.adminIds,
      locale,
      now,
      token,
      apiRoot,
    });
    let isSender = false;
    const lock = createSenderLock({
      databaseUrl,
      log,
      held: (session) => {
        isSender = true;
        dispatcher.start(session);
        bot.start();
        void showUnshown(db, places, now())
          .then(() => wake.signal('deliveries'))
          .catch((err: unknown) => log.error({ err }, 'incidences.show_failed'));
      },
      lost: async () => {
        isSender = false;
        await Promise.all([dispatcher.stop(), bot.stop()]);
      },
    });
    telegramHeardAt = () => (isSender ? bot.lastHeardAt() : 'not-here');
    lock.start();
    parts.push({ stop: () => lock.stop() });
    parts.push({ stop: () => dispatcher.stop() });
    parts.push({ stop: () => bot.stop() });
  }

  if (!runs('http')) return { url: undefined, sandbox: sandboxed?.sandbox };

  const intake = createIntake({ db, wake, log });
  const watch = createShownWatch({ db, wake });
  const chatwootDeps = {
    secrets: chatwoot.webhookSecrets,
    alertKey: chatwoot.alertKey,
    allowUnsigned: config.allowUnsigned,
    translate: createTranslateChatwoot(desk),
    waitForCard: watch.wait,
    sendTest: (at: Date) => sendTest({ db, wake, places }, at),
  };
  let url = '';
  const samples = () => ({
    baseUrl: url,
    ...(chatwoot.webhookSecrets[0] ? { chatwootSecret: chatwoot.webhookSecrets[0] } : {}),
    ...(chatwoot.alertKey ? { alertKey: chatwoot.alertKey } : {}),
    ...(tawk.webhookSecrets[0] ? { tawkSecret: tawk.webhookSecrets[0] } : {}),
  });
  const server = createHttpServer({
    ...config.http,
    endpoints: [
      ...chatwootEndpoints(chatwootDeps),
      ...tawkEndpoints({ secrets: tawk.webhookSecrets, allowUnsigned: config.allowUnsigned }),
    ],
    operations: [...chatwootOperations(chatwootDeps), ...healthOperations({ db, telegramHeardAt, startedAt })],
    intake,
    log,
    now,
    mounted: sandboxed ? { '/sandbox': createSandboxPage({ sandbox: sandboxed.sandbox, target: samples }) } : {},
  });
  const port = await server.start();
  parts.push({ stop: () => intake.drain() });
  parts.push(server);
  const { host } = config.http;
  url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { url, sandbox: sandboxed?.sandbox };
}

async function startDatabase(config: Config, log: Log, parts: Part[]): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  const database: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  parts.push(database);
  return database.url;
}

/** Without a bot token: a Telegram of our own, its people and chats, and secrets so that its samples can be signed. */
async function startSandbox(options: AppOptions, highestMessageId: number, parts: Part[]) {
  const { config } = options;
  if (config.telegram.mode !== 'sandbox') return undefined;
  const sandbox = createSandbox({ firstMessageId: highestMessageId + 1 });
  seedWorld(sandbox);
  await sandbox.start();
  parts.push(sandbox);
  const { telegram, chatwoot, tawk } = config;
  const secret = randomBytes(24).toString('base64url');
  const sandboxConfig: Config = {
    ...config,
    telegram: {
      mode: 'polling',
      token: sandbox.token,
      apiRoot: sandbox.apiRoot,
      chat: telegram.chat ?? { chatId: SEED.supportTeam, threadId: undefined },
      adminIds: telegram.adminIds.length > 0 ? telegram.adminIds : [SEED.carla],
      webhookSecret: undefined,
    },
    chatwoot: {
      ...chatwoot,
      webhookSecrets: chatwoot.webhookSecrets.length > 0 ? chatwoot.webhookSecrets : [secret],
      alertKey: chatwoot.alertKey ?? secret,
    },
    tawk: { ...tawk, webhookSecrets: tawk.webhookSecrets.length > 0 ? tawk.webhookSecrets : [secret] },
  };
  return { sandbox, config: sandboxConfig };
}
