import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from 'grammy';
import { createPlaces, type Places } from './chats/places.ts';
import * as lostLaneStore from './chats/lost-lane-store.ts';
import { tellDead, tellLost } from './chats/tell-admins.ts';
import { createRescue, type Rescue } from './chats/rescue-lost-chats.ts';
import { sendTest } from './chats/send-test.ts';
import { chatwootEndpoints, chatwootOperations } from './chatwoot/endpoints.ts';
import { createTranslateChatwoot } from './chatwoot/translate.ts';
import { createTranslateAlert } from './chatwoot/translate-alert.ts';
import type { Config } from './config.ts';
import { connect, type Db } from './database/connect.ts';
import { startEmbeddedPostgres } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import { createWake, type Wake } from './database/wake.ts';
import { type ChatPlace, telegramLane } from './delivery/delivery.ts';
import { createDispatcher } from './delivery/dispatcher.ts';
import type { Limits } from './delivery/pace.ts';
import { createSessionLock } from './database/session-lock.ts';
import { healthOperations } from './http/health.ts';
import { createIntake } from './http/intake.ts';
import { createLimits } from './http/limits.ts';
import { metricsRoute } from './http/metrics.ts';
import { createHttpServer } from './http/server.ts';
import { createProcessor } from './inbound/processor.ts';
import { createShownWatch } from './inbound/shown-watch.ts';
import type { Translate } from './inbound/source.ts';
import { showUnshown } from './incidences/show-unshown.ts';
import type { Log } from './log.ts';
import { createForgetting } from './retention/forget-old.ts';
import { createSandboxPage } from './sandbox/page.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { type Sandboxed, startSandbox } from './sandboxed.ts';
import { createStormKeeper } from './storms/keep-storms.ts';
import { tawkEndpoints } from './tawk/endpoints.ts';
import { createTranslateTawk } from './tawk/translate.ts';
import { createBot } from './telegram/bot.ts';
import { telegramLimits, unlimited } from './telegram/flood-limits.ts';
import { createProbe } from './telegram/probe.ts';
import { createSenders } from './telegram/senders.ts';
import { retryAfterOf } from './telegram/telegram-error.ts';

export type App = Readonly<{
  /** Everything runs when it resolves; `url` where the http role is. */
  start: () => Promise<{ url: string | undefined; sandbox: Sandbox | undefined }>;
  stop: () => Promise<void>;
}>;

/** `limits` is for benches and tests against a Telegram that does not limit. */
export type AppOptions = Readonly<{
  config: Config;
  log: Log;
  limits?: () => Limits;
  /** The embedded database ended and cannot be brought back: nothing can be done here any more. */
  databaseLost?: (reason: Error) => void;
}>;

/** Parts are stopped in the reverse of the order they were started in. One that hangs is left behind, unless `always`. */
type Part = Readonly<{ stop: () => Promise<void> | void; always?: true }>;

/** What every part is built from. */
type Base = Readonly<{
  config: Config;
  sandbox: Sandbox | undefined;
  db: Db;
  /** For work that may be repeated: its commits do not wait for the disk. */
  unflushedDb: Db;
  databaseUrl: string;
  wake: Wake;
  log: Log;
  places: Places;
  /** The admins' private chats; the team's chat where no admin is named. */
  adminPlaces: readonly ChatPlace[];
  now: () => Date;
}>;

/** "bell" in ASCII. One bot, one database, one sender. */
const senderLockKey = 0x62656c6c;

/** What is being sent to Telegram may take this long when we stop; the rest of the 10 s is the database's. */
const stopPatienceMs = 8_000;
/** What comes after a part that took all of it. */
const leastPatienceMs = 250;

export function createApp(options: AppOptions): App {
  const parts: Part[] = [];
  let starting: Promise<unknown> = Promise.resolve();
  return {
    start: () => {
      const started = start(options, parts);
      starting = started.catch(() => undefined);
      return started;
    },
    stop: async () => {
      const begun = performance.now();
      const patience = () => Math.max(stopPatienceMs - (performance.now() - begun), leastPatienceMs);
      await within(patience(), starting);
      for (const part of parts.splice(0).toReversed()) {
        const stopped = Promise.resolve(part.stop()).catch((err: unknown) => options.log.warn({ err }, 'stop.failed'));
        const isDone = part.always ? stopped.then(() => true) : within(patience(), stopped);
        if (!(await isDone)) options.log.warn('stop.part_left_behind');
      }
    },
  };
}

/** Whether it was done in time; it is not waited for longer. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(ms, false, { signal: timer.signal });
  const isDone = await Promise.race([work.then(() => true), late]);
  timer.abort();
  late.catch(() => undefined);
  return isDone;
}

async function start(options: AppOptions, parts: Part[]) {
  const base = await startBase(options, parts);
  const { config, sandbox } = base;
  if (config.roles.includes('process')) startProcessing(base, createTranslators(config), parts);
  const heardAt = config.roles.includes('bot') ? startSending(base, options.limits, parts) : () => 'not-here' as const;
  const url = config.roles.includes('http') ? await startHttp(base, heardAt, parts) : undefined;
  return { url, sandbox };
}

async function startBase(options: AppOptions, parts: Part[]): Promise<Base> {
  const { log } = options;
  const now = () => new Date();
  const databaseUrl = await startDatabase(options, parts);
  const db = connect(databaseUrl, { role: 'pool', connections: 10, log });
  const unflushedDb = connect(databaseUrl, { role: 'worker', connections: 8, log, flush: false });
  parts.push({ stop: () => db.destroy() }, { stop: () => unflushedDb.destroy() });
  const ran = await migrate(db);
  if (ran.length > 0) log.info({ migrations: ran }, 'database.migrated');

  let sandboxed: Sandboxed | undefined;
  if (options.config.telegram.mode === 'sandbox') {
    sandboxed = await startSandbox(options.config, { db, senderLockKey, now });
    parts.push(sandboxed.sandbox);
  }
  const config = sandboxed?.config ?? options.config;
  const { chat, adminIds } = config.telegram;
  const configured = chat ? [{ chatId: chat.chatId, threadId: chat.threadId ?? null }] : [];
  const places = createPlaces(configured, await lostLaneStore.findAllMoves(db));
  const admins = adminIds.map((chatId) => ({ chatId, threadId: null }));

  const wake = createWake({ db, databaseUrl, log });
  await wake.start();
  parts.push(wake);
  const adminPlaces = admins.length > 0 ? admins : configured;
  return { config, sandbox: sandboxed?.sandbox, db, unflushedDb, databaseUrl, wake, log, places, adminPlaces, now };
}

async function startDatabase({ config, log, databaseLost: lost }: AppOptions, parts: Part[]): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  const starting = startEmbeddedPostgres({ dataDir: config.dataDir, log, ...(lost ? { lost } : {}) });
  const stop = () =>
    starting.then(
      (database) => database.stop(),
      () => undefined,
    );
  parts.push({ stop, always: true });
  return (await starting).url;
}

type Translators = Readonly<Record<'chatwoot' | 'alert' | 'tawk', Translate>>;

/** A new source is one line here and one in `startHttp`. */
export function createTranslators({ chatwoot }: Config): Translators {
  const desk = { baseUrl: chatwoot.baseUrl, accountId: chatwoot.accountId?.toString() };
  return {
    chatwoot: createTranslateChatwoot(desk),
    alert: createTranslateAlert(desk),
    tawk: createTranslateTawk({}),
  };
}

function startProcessing(base: Base, translators: Translators, parts: Part[]): void {
  const bySource = new Map<string, Translate>(Object.entries(translators));
  const processor = createProcessor({
    ...base,
    db: base.unflushedDb,
    translate: (source) => bySource.get(source),
    places: base.places.all,
  });
  processor.start();
  parts.push(processor);
}

/** The bot: it sends and listens while this process holds the sender lock, and stands by otherwise. */
function startSending(base: Base, limits: AppOptions['limits'], parts: Part[]): () => Date | 'not-here' | undefined {
  const { config, sandbox, db, wake, log, places, adminPlaces, now } = base;
  const { token, apiRoot, adminIds } = config.telegram;
  if (token === undefined) throw new Error('a bot without a token');
  const locale = { zone: config.timezone, currency: config.currency };
  // Calls of the sender keep to the pace by themselves.
  const api = new Api(token, { apiRoot, timeoutSeconds: 30 });
  const storms = createStormKeeper({ db, wake, log, now });
  const failed = (err: unknown) => log.error({ err }, 'sender.event_failed');
  const showMissing = () => {
    showUnshown(db, places.all(), now())
      .then(() => wake.signal('deliveries'))
      .catch(failed);
  };
  let rescue: Rescue | undefined;
  const dispatcher = createDispatcher({
    ...base,
    db: base.unflushedDb,
    send: createSenders({ api, db, locale, isHome: places.isHome }),
    retryAfter: retryAfterOf,
    isSender: () =>
      lock.confirm().then(
        () => true,
        () => false,
      ),
    limits: limits ?? (() => (sandbox?.flood === 'off' ? unlimited : telegramLimits)),
    events: {
      crowded: storms.crowded,
      lost: (lane, { reason, migratedTo }) => {
        const isTold = migratedTo === null && places.includes(lostLaneStore.chatIdOf(lane));
        const told = isTold ? tellLost(db, { lane, reason, adminPlaces }, now()) : Promise.resolve();
        void told.catch(failed).finally(() => rescue?.look());
      },
      dead: (delivery, reason) => void tellDead(db, { delivery, reason, adminPlaces }, now()).catch(failed),
      gone: () => showMissing(),
    },
  });
  const rescuePlaces = adminIds.map((chatId) => ({ chatId, threadId: null }));
  rescue = createRescue({ ...base, rescuePlaces, probe: createProbe(api), dispatcher });
  const bot = createBot({ ...base, dispatcher, adminIds, locale, token, apiRoot, chatChanged: rescue.tryAll });

  let isSender = false;
  const forgetting = createForgetting({ ...base, retentionDays: config.retentionDays });
  const chores = [storms, rescue, forgetting] as const;
  const lock = createSessionLock({
    ...base,
    key: senderLockKey,
    name: 'sender',
    held: (session) => {
      isSender = true;
      dispatcher.start(session);
      for (const part of [...chores, bot]) part.start();
      showMissing();
    },
    lost: async (reason) => {
      isSender = false;
      // The bot first: what it is answering goes out through the dispatcher.
      await bot.stop({ mayConfirm: reason === 'stopped' });
      await Promise.all([dispatcher, ...chores].map((part) => part.stop()));
    },
  });
  let answeredAt: Date | undefined;
  api.config.use(async (call, ...request) => {
    // A process that was stopped and goes on does not know yet that another is the sender.
    await lock.confirm();
    const answer = await call(...request);
    if (answer.ok) answeredAt = now();
    return answer;
  });
  lock.start();
  parts.push(lock);
  return () => (isSender ? latest(bot.lastHeardAt(), answeredAt) : 'not-here');
}

function latest(...times: (Date | undefined)[]): Date | undefined {
  return times.toSorted((a, b) => (b?.getTime() ?? 0) - (a?.getTime() ?? 0))[0];
}

async function startHttp(
  base: Base,
  telegramHeardAt: () => Date | 'not-here' | undefined,
  parts: Part[],
): Promise<string> {
  const { config, sandbox, db, wake, places, log, now } = base;
  const { chatwoot, tawk, allowUnsigned } = config;
  const intake = createIntake({ db, wake, log });
  const chatwootDeps = {
    secrets: chatwoot.webhookSecrets,
    alertKey: chatwoot.alertKey,
    allowUnsigned,
    waitForCard: createShownWatch({ db, wake }).wait,
    sendTest: (at: Date) => sendTest({ db, wake, places: places.all }, at),
  };
  const teamLanes = () => places.all().map((place) => telegramLane(place.chatId));
  let url = '';
  const target = () => ({
    baseUrl: url,
    ...(chatwoot.webhookSecrets[0] ? { chatwootSecret: chatwoot.webhookSecrets[0] } : {}),
    ...(chatwoot.alertKey ? { alertKey: chatwoot.alertKey } : {}),
    ...(tawk.webhookSecrets[0] ? { tawkSecret: tawk.webhookSecrets[0] } : {}),
  });
  const page = sandbox && createSandboxPage({ sandbox, target });
  const server = createHttpServer({
    ...config.http,
    endpoints: [...chatwootEndpoints(chatwootDeps), ...tawkEndpoints({ secrets: tawk.webhookSecrets, allowUnsigned })],
    operations: [
      ...chatwootOperations(chatwootDeps),
      ...healthOperations({ db, teamLanes, telegramHeardAt, startedAt: now() }),
    ],
    intake,
    limits: createLimits(config),
    log,
    now,
    mounted: {
      '/metrics': metricsRoute({ db, key: chatwoot.alertKey, now, log }),
      ...(page ? { '/sandbox': page } : {}),
    },
  });
  const port = await server.start();
  parts.push({ stop: intake.drain }, server);
  // Its live stream would keep the server from closing.
  if (page) parts.push({ stop: () => page.close() });
  const { host } = config.http;
  url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return url;
}
