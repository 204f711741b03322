import { createHmac, randomUUID } from 'node:crypto';
import { Client, DatabaseError } from 'pg';
import { type App, createApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config/config.ts';
import type { Limits } from '../../src/delivery/pace.ts';
import { unlimited } from '../../src/telegram/flood-limits.ts';
import { createLog, type Log } from '../../src/log.ts';
import type { Sandbox } from 'telegram-sandbox';
import { createSeededSandbox, SEED } from '../../src/app/sandbox-mode/seed.ts';
import { createTestDatabase } from './database.ts';
import { type FrontDoor, openFrontDoor } from './front-door.ts';
import { waitUntil } from './wait.ts';

export const secrets = {
  chatwoot: 'test-chatwoot-webhook-secret',
  alertKey: 'test-alert-key-0123456789',
  tawk: 'test-tawk-webhook-secret',
} as const;

export type Product = Readonly<{
  baseUrl: string;
  sandbox: Sandbox;
  databaseUrl: string;
  chatId: number;
  /** What the database holds. */
  rows: <Row extends object>(sql: string, ...values: unknown[]) => Promise<Row[]>;
  stop: () => Promise<void>;
}>;

export type ProductOptions = Readonly<{
  env?: Readonly<Record<string, string>>;
  limits?: () => Limits;
  now?: () => Date;
  log?: Log;
  /** Gets what is printed for whoever starts the process. */
  print?: (line: string) => void;
  /** Share an existing world instead of starting one. */
  sandbox?: Sandbox;
  databaseUrl?: string;
  /** How the test itself reads the database, where the product's role may open only a few connections. */
  observerUrl?: string;
}>;

/** The way to the products of a Telegram that posts to them, where the tests run in webhook mode. */
const frontDoors = new WeakMap<Sandbox, FrontDoor>();

export function frontDoorOf(sandbox: Sandbox): FrontDoor | undefined {
  return frontDoors.get(sandbox);
}

/** From now on the products of this sandbox run in webhook mode. */
export async function useWebhooks(sandbox: Sandbox): Promise<FrontDoor> {
  const door = frontDoors.get(sandbox) ?? (await openFrontDoor());
  frontDoors.set(sandbox, door);
  return door;
}

/** A Telegram to be used by products in this process or in others. */
export async function startSandbox(): Promise<Sandbox> {
  const sandbox = createSeededSandbox();
  await sandbox.start();
  if (process.env['TEST_TELEGRAM_MODE'] === 'webhook') await useWebhooks(sandbox);
  return sandbox;
}

/** The settings of a product that talks to `sandbox` as if it were Telegram. */
export function productEnv(sandbox: Sandbox, databaseUrl: string): Record<string, string> {
  const door = frontDoorOf(sandbox);
  return {
    ...(door ? { TELEGRAM_MODE: 'webhook', PUBLIC_URL: door.url } : {}),
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    TELEGRAM_BOT_TOKEN: sandbox.token,
    TELEGRAM_API_ROOT: sandbox.apiRoot,
    TELEGRAM_CHAT_ID: String(SEED.supportTeam),
    TELEGRAM_ADMIN_IDS: String(SEED.carla),
    CHATWOOT_WEBHOOK_SECRET: secrets.chatwoot,
    CHATWOOT_ALERT_KEY: secrets.alertKey,
    TAWK_WEBHOOK_SECRET: secrets.tawk,
    LOG_LEVEL: 'silent',
  };
}

/** The whole product in this process, over a fresh database and a sandbox as its Telegram. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const database = options.databaseUrl ? undefined : await createTestDatabase();
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const sandbox = options.sandbox ?? (await startSandbox());
  const outcome = parseConfig({ ...productEnv(sandbox, databaseUrl), ...options.env });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const log = options.log ?? createLog('silent', { pretty: false });
  const app: App = createApp({
    config: outcome.config,
    log,
    limits: options.limits ?? (() => unlimited),
    ...(options.now ? { now: options.now } : {}),
    ...(options.print ? { print: options.print } : {}),
  });
  const { url } = await app.start();
  const door = frontDoorOf(sandbox);
  if (url !== undefined) door?.add(url);
  const client = new Client({ connectionString: options.observerUrl ?? databaseUrl });
  await client.connect();
  return {
    baseUrl: url ?? '',
    sandbox,
    databaseUrl,
    chatId: outcome.config.telegram.chat?.chatId ?? SEED.supportTeam,
    rows: async (sql, ...values) => (await client.query(sql, values.length > 0 ? values : undefined)).rows,
    stop: async () => {
      await client.end();
      if (url !== undefined) door?.remove(url);
      await app.stop();
      if (!options.sandbox) await sandbox.stop();
      await database?.drop();
    },
  };
}

/** `/ready` with its reasons, which only the key shows. */
export function fetchReady({ baseUrl }: Pick<Product, 'baseUrl'>): Promise<Response> {
  return fetch(`${baseUrl}/ready`, { headers: { authorization: `Bearer ${secrets.alertKey}` } });
}

/** Resolves when every accepted event is processed and nothing waits to be delivered. */
export async function quiet(product: Product): Promise<void> {
  await waitUntil(async () => {
    const [left] = await product.rows<{ count: string }>(`
      select (select count(*) from inbound_events where state = 'stored')
           + (select count(*) from deliveries where state = 'waiting') as count`);
    return left?.count === '0';
  });
}

/** As if nothing had ever happened; messages stay in the chat. */
export async function forgetEverything(product: Product): Promise<void> {
  const tables = [
    'inbound_events',
    'cards',
    'deliveries',
    'transcripts',
    'incidence_tags',
    'incidence_history',
    'incidences',
  ];
  await waitUntil(async () => {
    await quiet(product);
    try {
      await product.rows(tables.map((table) => `delete from ${table}`).join(';'));
      return true;
    } catch (error) {
      // A clock of the product (a menu that closes, a storm that ends) wrote meanwhile: it is quiet again in a moment.
      if (error instanceof DatabaseError && error.code === '23503') return false;
      throw error;
    }
  });
}

export type Answered = Readonly<{ status: number; body: Record<string, unknown> }>;

export async function post(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export function postAlert(
  product: Pick<Product, 'baseUrl'>,
  alert: Readonly<Record<string, unknown>>,
): Promise<Answered> {
  const authorization = `Bearer ${secrets.alertKey}`;
  return post(`${product.baseUrl}/api/v1/chatwoot/alerts`, JSON.stringify(alert), { authorization });
}

export function postChatwoot(
  product: Pick<Product, 'baseUrl'>,
  body: string | Buffer,
  deliveryId: string = randomUUID(),
): Promise<Answered> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', secrets.chatwoot).update(`${timestamp}.`).update(body).digest('hex');
  return post(`${product.baseUrl}/api/v1/chatwoot/webhook`, body, {
    'x-chatwoot-delivery': deliveryId,
    'x-chatwoot-timestamp': timestamp,
    'x-chatwoot-signature': `sha256=${mac}`,
  });
}

/** Automations and macros cannot sign: they post to an address nobody can guess. */
export function postChatwootByKey(product: Product, body: string | Buffer): Promise<Answered> {
  return post(`${product.baseUrl}/api/v1/chatwoot/webhook/${secrets.alertKey}`, body);
}

export function postTawk(
  product: Pick<Product, 'baseUrl'>,
  body: string | Buffer,
  eventId: string = randomUUID(),
): Promise<Answered> {
  const signature = createHmac('sha1', secrets.tawk).update(body).digest('hex');
  return post(`${product.baseUrl}/webhooks/tawkto`, body, {
    'x-tawk-signature': signature,
    'x-hook-event-id': eventId,
  });
}
