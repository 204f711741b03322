import { createPlaces, type Places } from '../chats/places.ts';
import * as lostLaneStore from '../chats/lost-lane-store.ts';
import type { Config, Secrets } from '../config/config.ts';
import { connect, type Db } from '../database/connect.ts';
import { findConnectionBudget, full } from '../database/connection-budget.ts';
import { startEmbeddedPostgres } from '../database/embedded/embedded.ts';
import { createTokenBox, type TokenBox } from '../people/token-box.ts';
import { findEncryptionKey } from './encryption-key.ts';
import { migrate } from '../database/migrate.ts';
import { createCurrent, type Current } from '../database/current.ts';
import { allShown, type CardSettings, readCardSettings } from '../settings/card-settings.ts';
import { type DateLanguage, defaultDates, readDateLanguage } from '../settings/date-settings.ts';
import { type DigestSetting, readDigest } from '../settings/digest-settings.ts';
import { type NamedPlace, readDefaultPlace } from '../settings/default-place.ts';
import * as personStore from '../people/person-store.ts';
import * as routeStore from '../routes/route-store.ts';
import type { DatabaseUrls } from '../database/usable.ts';
import { createWake, type Wake } from '../database/wake.ts';
import { createPoll } from './poll.ts';
import type { ChatPlace } from '../routes/lane.ts';
import { type AttemptMeter, createAttemptMeter } from '../delivery/attempt-meter.ts';
import type { Limits } from '../delivery/pace.ts';
import { createMeters, type Meters } from '../http/meters.ts';
import type { Log } from '../log.ts';
import { refuseUnusable } from '../checks/start-error.ts';
import type { Pool } from 'pg';
import type { Sandbox } from 'telegram-sandbox';
import type { SandboxChatwoot } from './sandbox-mode/sandbox-chatwoot.ts';
import type { Sandboxed } from './sandbox-mode/sandbox-mode.ts';

/** `limits` is for tests against a Telegram without flood limits, `now` for tests that need another time. */
export type AppOptions = Readonly<{
  config: Config;
  /** The secrets of this moment. Without: always those of `config`. */
  secrets?: () => Secrets;
  log: Log;
  limits?: () => Limits;
  now?: () => Date;
  /** Prints a line for whoever starts the process. */
  print?: (line: string) => void;
  /** The embedded database stopped and cannot be restarted. */
  databaseLost?: (reason: Error) => void;
}>;

/** Parts are stopped in reverse order of their start. One that hangs is abandoned, unless `always`. */
export type Part = Readonly<{ stop: () => Promise<void> | void; always?: true }>;

/** What every part is built from. */
export type Base = Readonly<{
  config: Config;
  /** Call it at each use: a reload replaces the secrets. */
  secrets: () => Secrets;
  sandbox: Sandbox | undefined;
  sandboxChatwoot: SandboxChatwoot | undefined;
  /** CHATWOOT_ALERT_KEY as set by the operator; in sandbox mode `config` has a generated one. */
  operatorKey: () => string | undefined;
  /** Encrypts people's own tokens; without it none are kept. */
  tokenBox: TokenBox | undefined;
  db: Db;
  /** For work that can be repeated: its commits do not wait for the disk. */
  unflushedDb: Db;
  /** Past a pooler, for sessions of their own. */
  directUrl: string;
  wake: Wake;
  meter: AttemptMeter;
  meters: Meters;
  log: Log;
  places: Places;
  /** Which chats and topics get what, as leads set it; never older than a second. */
  routes: Current<readonly routeStore.ListedRoute[]>;
  /** What cards show, as leads set it. */
  cards: Current<CardSettings>;
  /** In which language days and months are named, as leads set it. */
  dateLanguage: Current<DateLanguage>;
  /** When the digest is sent. */
  digest: Current<DigestSetting>;
  /** Where alerts go as an admin chose it in Telegram; TELEGRAM_CHAT_ID comes before it. */
  chosenPlace: Current<NamedPlace | null>;
  /** Those made admins in Telegram. */
  storedAdmins: Current<readonly number[]>;
  /** All admins, those of TELEGRAM_ADMIN_IDS first. */
  adminIds: () => readonly number[];
  /** The admins' private chats, or the team's chat if there are no admins. */
  adminPlaces: () => readonly ChatPlace[];
  /** Prints a line for whoever starts the process; it is not logged. */
  print: (line: string) => void;
  now: () => Date;
}>;

/** "bell" in ASCII. One bot, one database, one sender. */
export const senderLockKey = 0x62656c6c;

export async function startBase(options: AppOptions, parts: Part[]): Promise<Base> {
  const { log } = options;
  const now = options.now ?? (() => new Date());
  const { url: databaseUrl, direct: directUrl } = await startDatabase(options, parts);
  await refuseUnusable({ url: databaseUrl, direct: directUrl });
  const shared = databaseUrl !== directUrl;
  // How many sessions of the server it uses is up to a pooler.
  const budget = shared ? full : await findConnectionBudget(databaseUrl);
  const meters = createMeters();
  const watch = (name: string) => (pool: Pool) => meters.watchPool(name, pool);
  const db = connect(databaseUrl, { role: 'pool', connections: budget.pool, log, shared, opened: watch('pool') });
  const unflushedDb = connect(databaseUrl, {
    role: 'worker',
    connections: budget.worker,
    log,
    flush: false,
    shared,
    opened: watch('worker'),
  });
  parts.push({ stop: () => db.destroy() }, { stop: () => unflushedDb.destroy() });
  const ran = await migrateAlone(directUrl, log);
  if (ran.length > 0) log.info({ migrations: ran }, 'database.migrated');

  let sandboxed: Sandboxed | undefined;
  if (options.config.telegram.mode === 'sandbox') {
    // Loaded only where it is used: a real bot needs none of it.
    const { startSandbox } = await import('./sandbox-mode/sandbox-mode.ts');
    sandboxed = await startSandbox(options.config, { db, senderLockKey, now });
    parts.push(sandboxed.sandbox);
    if (sandboxed.chatwoot) parts.push(sandboxed.chatwoot);
  }
  const config = sandboxed?.config ?? options.config;
  const { chat, adminIds } = config.telegram;

  const wake = createWake({ db, directUrl, poll: createPoll({ db, now }), log });
  await wake.start();
  parts.push(wake);
  const routes = createCurrent({ read: () => routeStore.findAll(db), initial: [], wake, log });
  const cards = createCurrent({ read: () => readCardSettings(db), initial: allShown, wake, log });
  const chosenPlace = createCurrent({ read: () => readDefaultPlace(db), initial: null, wake, log });
  const storedAdmins = createCurrent({ read: () => personStore.findAdminIds(db), initial: [], wake, log });
  const dateLanguage = createCurrent({ read: () => readDateLanguage(db), initial: defaultDates, wake, log });
  const noDigest: DigestSetting = { at: null, setAt: null };
  const digest = createCurrent({ read: () => readDigest(db, config.digestAt), initial: noDigest, wake, log });
  for (const current of [routes, cards, chosenPlace, storedAdmins, dateLanguage, digest]) {
    await current.load();
    current.start();
    parts.push(current);
  }
  const configured = chat && [{ chatId: chat.chatId, threadId: chat.threadId ?? null }];
  const defaults = () => configured ?? placesOf(chosenPlace.value());
  const places = createPlaces(defaults, await lostLaneStore.findAllMoves(db), routes.value);
  const allAdmins = () => [...new Set([...adminIds, ...storedAdmins.value()])];
  const adminPlaces = () => {
    const admins = allAdmins().map((chatId) => ({ chatId, threadId: null }));
    return admins.length > 0 ? admins : places.routing().defaults;
  };
  const key = await findEncryptionKey(options.config);
  const secrets = options.secrets ?? (() => options.config);
  return {
    config,
    secrets: sandboxed ? () => config : secrets,
    sandbox: sandboxed?.sandbox,
    sandboxChatwoot: sandboxed?.chatwoot,
    operatorKey: () => secrets().chatwoot.alertKey,
    tokenBox: key && createTokenBox(key),
    db,
    unflushedDb,
    directUrl,
    wake,
    meter: createAttemptMeter(),
    meters,
    log,
    places,
    routes,
    cards,
    dateLanguage,
    digest,
    chosenPlace,
    storedAdmins,
    adminIds: allAdmins,
    adminPlaces,
    print: options.print ?? (() => undefined),
    now,
  };
}

function placesOf(chosen: NamedPlace | null): readonly ChatPlace[] {
  return chosen ? [{ chatId: chosen.chatId, threadId: chosen.threadId }] : [];
}

/** On a separate session without time-outs, because a migration may take long. */
async function migrateAlone(url: string, log: Log): Promise<string[]> {
  const db = connect(url, { role: 'migrate', connections: 1, log, timeouts: 'unlimited' });
  return migrate(db).finally(() => db.destroy());
}

async function startDatabase({ config, log, databaseLost: lost }: AppOptions, parts: Part[]): Promise<DatabaseUrls> {
  const { databaseUrl: given, databaseUrlDirect } = config;
  if (given) return { url: given, direct: databaseUrlDirect ?? given };
  const starting = startEmbeddedPostgres({ dataDir: config.dataDir, log, ...(lost ? { lost } : {}) });
  const stop = () =>
    starting.then(
      (database) => database.stop(),
      () => undefined,
    );
  parts.push({ stop, always: true });
  const { url } = await starting;
  return { url, direct: url };
}
