import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { type Config, describeProblems, parseConfig } from './config.ts';
import { EXAMPLES, VARIABLE_NAMES } from './variables.ts';

const TOKEN = '123456789:AAabcdefghijklmnopqrstuvwxyz_012345';
const SECRET = 'a-secret-of-more-than-sixteen';
const envExample = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

const DEFAULTS: Config = {
  http: { host: '127.0.0.1', port: 3000, publicUrl: undefined, trustedProxies: ['127.0.0.0/8', '::1'], apiDocs: true },
  databaseUrl: undefined,
  databaseUrlDirect: undefined,
  dataDir: './data',
  telegram: {
    mode: 'sandbox',
    token: undefined,
    apiRoot: 'https://api.telegram.org',
    chat: undefined,
    adminIds: [],
  },
  proxy: { forHttp: undefined, forHttps: undefined, exceptions: [] },
  chatwoot: {
    webhookSecrets: [],
    alertKey: undefined,
    baseUrl: undefined,
    accountId: undefined,
    apiToken: undefined,
    sync: ['status', 'labels', 'priority', 'notes', 'assignee'],
    reconcileSeconds: 120,
  },
  tawk: {
    webhookSecrets: [],
    jsApiKey: undefined,
    restApiKey: undefined,
    restUrl: 'https://api.tawk.to/v1',
    propertyId: undefined,
    widgetId: undefined,
    embedUrl: 'https://embed.tawk.to',
    contextKey: undefined,
  },
  appSessionSecret: undefined,
  shopOrigins: [],
  allowUnsigned: true,
  encryptionKey: undefined,
  timezone: 'UTC',
  currency: 'INR',
  language: 'en',
  businessHours: 'always',
  digestAt: undefined,
  roles: ['http', 'process', 'bot'],
  retentionDays: 90,
  alertsPerMinute: 30_000,
  webhooksPerMinute: 30_000,
  logLevel: 'info',
};

function webhookAt(publicUrl: string): Record<string, string> {
  return { TELEGRAM_MODE: 'webhook', TELEGRAM_BOT_TOKEN: TOKEN, PUBLIC_URL: publicUrl };
}

test('webhook mode: the address and the secret; without one it is derived later', () => {
  const { telegram } = configOf(webhookAt('https://b.example.com:8443/bell/'));
  const publicUrl = 'https://b.example.com:8443/bell';
  expect(telegram).toMatchObject({ mode: 'webhook', publicUrl, webhookSecret: undefined });
  // One's own Bot API server has no such limits (local mode).
  const own = { ...webhookAt('http://10.0.0.5:3000'), TELEGRAM_API_ROOT: 'http://10.0.0.4:8081' };
  expect(configOf(own).telegram.mode).toBe('webhook');
});

test('nothing set: the defaults of the contract, in sandbox mode', () => {
  expect(parseConfig({})).toEqual({ ok: true, config: DEFAULTS, warnings: [] });
});

test('.env.example as it is changes nothing', () => {
  expect(parseConfig(parseEnv(envExample))).toEqual({ ok: true, config: DEFAULTS, warnings: [] });
});

test('.env.example has every variable once, in order, with the example that problems show', () => {
  const lines = [...envExample.matchAll(/^#? ?([A-Z_]+)=(.*)$/gm)];
  expect(lines.map((line) => line[1])).toEqual(VARIABLE_NAMES);
  expect(Object.fromEntries(lines.map((line) => [line[1], line[2]]))).toEqual(EXAMPLES);
});

test('.env.example with every setting uncommented starts, and reports which secrets are examples and what has no effect', () => {
  const outcome = parseConfig(parseEnv(envExample.replaceAll(/^# (?=[A-Z_]+=)/gm, '')));
  if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
  expect(outcome.config.telegram.mode).toBe('polling');
  const withWords = (words: string) =>
    outcome.warnings.filter(({ problem }) => problem.includes(words)).map(({ variable }) => variable);
  expect(withWords('is the public example')).toEqual([
    'TELEGRAM_WEBHOOK_SECRET',
    'CHATWOOT_WEBHOOK_SECRET',
    'CHATWOOT_ALERT_KEY',
    'CHATWOOT_API_TOKEN',
    'TAWK_WEBHOOK_SECRET',
    'TAWK_JS_API_KEY',
    'TAWK_CONTEXT_KEY',
    'APP_SESSION_SECRET',
  ]);
  expect(withWords('has no effect unless')).toEqual(['TELEGRAM_WEBHOOK_SECRET']);
  expect(outcome.warnings).toHaveLength(9);
});

test('values are trimmed, empty ones count as unset', () => {
  const empty = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, '  ']));
  expect(configOf(empty)).toEqual(DEFAULTS);
  expect(configOf({ PORT: ' 8080\n', CURRENCY: ' eur ', LOG_LEVEL: ' Debug ' })).toMatchObject({
    http: { port: 8080 },
    currency: 'EUR',
    logLevel: 'debug',
  });
});

test('a pair of quotes around a value is removed, for every variable', () => {
  const bare = parseEnv(envExample.replaceAll(/^# (?=[A-Z_]+=)/gm, ''));
  for (const quote of ['"', "'"]) {
    const quoted = Object.entries(bare).map(([name, value]) => [name, ` ${quote}${value}${quote}\n`]);
    expect(parseConfig(Object.fromEntries(quoted))).toEqual(parseConfig(bare));
  }
});

test('each item of a list may have quotes of its own', () => {
  expect(
    configOf({
      CHATWOOT_WEBHOOK_SECRET: `"${SECRET}1", "${SECRET}2"`,
      TELEGRAM_ADMIN_IDS: `'7','8'`,
      ROLES: '"http","bot"',
    }),
  ).toMatchObject({
    chatwoot: { webhookSecrets: [`${SECRET}1`, `${SECRET}2`] },
    telegram: { adminIds: [7, 8] },
    roles: ['http', 'bot'],
  });
});

test.each(['~', '$HOME', '${HOME}'])('DATA_DIR=%s is the home directory also without a shell', (home) => {
  expect(configOf({ DATA_DIR: `${home}/bellhop-data`, HOME: '/home/ana' }).dataDir).toBe('/home/ana/bellhop-data');
  expect(configOf({ DATA_DIR: home, HOME: '/home/ana' }).dataDir).toBe('/home/ana');
  expect(problemsOf({ DATA_DIR: `${home}/bellhop-data` }).map(({ variable }) => variable)).toEqual(['DATA_DIR']);
});

test.each<[Record<string, string>, string, boolean]>([
  [{}, '127.0.0.1', true],
  [{ HOST: 'localhost' }, 'localhost', true],
  [{ HOST: '::1' }, '::1', true],
  [{ HOST: '0.0.0.0' }, '0.0.0.0', false],
  [{ HOST: '0.0.0.0', ALLOW_UNSIGNED: 'yes' }, '0.0.0.0', true],
  [{ ALLOW_UNSIGNED: 'no' }, '127.0.0.1', false],
  [{ TELEGRAM_BOT_TOKEN: TOKEN }, '0.0.0.0', false],
  [{ TELEGRAM_BOT_TOKEN: TOKEN, HOST: '127.0.0.1' }, '127.0.0.1', false],
  [{ TELEGRAM_BOT_TOKEN: TOKEN, ALLOW_UNSIGNED: '1' }, '0.0.0.0', true],
])('%o listens on %s, unsigned accepted: %s', (env, host, allowUnsigned) => {
  expect(configOf(env)).toMatchObject({ http: { host }, allowUnsigned });
});

test.each<[Record<string, string>, object]>([
  [{ PORT: '0' }, { http: { port: 0 } }],
  [{ API_DOCS: 'off' }, { http: { apiDocs: false } }],
  [{ TRUST_PROXY: 'none' }, { http: { trustedProxies: [] } }],
  [
    { TRUST_PROXY: 'loopback, 10.0.0.0/8, 2001:DB8::7' },
    { http: { trustedProxies: ['127.0.0.0/8', '::1', '10.0.0.0/8', '2001:db8::7'] } },
  ],
  [{ PUBLIC_URL: 'http://localhost:3000/help/' }, { http: { publicUrl: 'http://localhost:3000/help' } }],
  [{ DATABASE_URL: 'postgres://a:b%23@db:5432/x?sslmode=require' }, {}],
  [{ DATABASE_URL: 'postgresql:///bellhop?host=/var/run/postgresql' }, {}],
  [{ DATABASE_URL: 'postgresql://ana@/bellhop?host=/tmp' }, {}],
  [{ TELEGRAM_API_ROOT: 'http://127.0.0.1:8081/' }, { telegram: { apiRoot: 'http://127.0.0.1:8081' } }],
  [{ TELEGRAM_CHAT_ID: '-100123' }, { telegram: { chat: { chatId: -100_123, threadId: undefined } } }],
  [{ TELEGRAM_CHAT_ID: '-100123:45' }, { telegram: { chat: { chatId: -100_123, threadId: 45 } } }],
  [{ TELEGRAM_ADMIN_IDS: '7, 8,7' }, { telegram: { adminIds: [7, 8] } }],
  [
    { CHATWOOT_WEBHOOK_SECRET: `${SECRET}1 , ${SECRET}2` },
    { chatwoot: { webhookSecrets: [`${SECRET}1`, `${SECRET}2`] } },
  ],
  [{ TIMEZONE: 'Asia/Kolkata' }, { timezone: 'Asia/Kolkata' }],
  [{ LANGUAGE: 'en-GB' }, { language: 'en' }],
  [{ LANGUAGE: 'en_IN:en' }, { language: 'en' }],
  [{ LANGUAGE: 'de_DE.UTF-8:de' }, { language: 'en' }],
  [{ DIGEST_AT: '9:05' }, { digestAt: 545 }],
  [{ BUSINESS_HOURS: 'Mon 09:00-18:00' }, { businessHours: [{ from: 540, to: 1080 }] }],
  [{ ROLES: 'bot, HTTP', TELEGRAM_BOT_TOKEN: TOKEN }, { roles: ['http', 'bot'] }],
  [{ ROLES: 'http', TELEGRAM_BOT_TOKEN: TOKEN }, { roles: ['http'] }],
])('%o is taken', (env, expected) => {
  expect(configOf(env)).toMatchObject(expected);
});

test.each<[Record<string, string>, string, string]>([
  [{ HOST: 'http://localhost' }, 'HOST', 'without http://'],
  [{ PORT: '65536' }, 'PORT', 'from 0 to 65535'],
  [{ PORT: '3e3' }, 'PORT', 'whole number'],
  [{ API_DOCS: 'perhaps' }, 'API_DOCS', 'must be on or off'],
  [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY', 'must be none, loopback, or comma-separated'],
  [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY', 'CIDR'],
  [{ TRUST_PROXY: '0.0.0.0/0' }, 'TRUST_PROXY', 'CIDR'],
  [{ PUBLIC_URL: 'bellhop.example.com' }, 'PUBLIC_URL', 'https://'],
  [{ PUBLIC_URL: 'https://bellhop.example.com/?a=1' }, 'PUBLIC_URL', 'must not contain ? or #'],
  [{ DATABASE_URL: 'mysql://db/x' }, 'DATABASE_URL', 'postgres://'],
  [{ DATABASE_URL: 'postgres://a:pa#ss@db/x' }, 'DATABASE_URL', 'percent-encode'],
  [{ DATABASE_URL: 'postgres://a:50%@db/x' }, 'DATABASE_URL', 'percent-encode'],
  [{ DATA_DIR: '~ana/data', HOME: '/home/bob' }, 'DATA_DIR', 'use the full path'],
  [{ DATA_DIR: '$DATA/bellhop', HOME: '/home/bob' }, 'DATA_DIR', 'use the full path'],
  [{ TELEGRAM_BOT_TOKEN: '123456789:short' }, 'TELEGRAM_BOT_TOKEN', '@BotFather'],
  [{ TELEGRAM_API_ROOT: 'https://api.telegram.org/bot' }, 'TELEGRAM_API_ROOT', 'must end before /bot'],
  [{ TELEGRAM_API_ROOT: `https://api.telegram.org/bot${TOKEN}/` }, 'TELEGRAM_API_ROOT', 'must end before /bot'],
  [{ TELEGRAM_API_ROOT: 'ftp://x' }, 'TELEGRAM_API_ROOT', 'https://'],
  [{ TELEGRAM_CHAT_ID: '@support' }, 'TELEGRAM_CHAT_ID', 'numeric ID, because a public name'],
  [{ TELEGRAM_CHAT_ID: '-100123:1' }, 'TELEGRAM_CHAT_ID', 'General'],
  [{ TELEGRAM_CHAT_ID: '-100123:' }, 'TELEGRAM_CHAT_ID', '<chat>:<thread>'],
  [{ TELEGRAM_CHAT_ID: '0' }, 'TELEGRAM_CHAT_ID', 'numeric chat ID'],
  [{ TELEGRAM_MODE: 'push' }, 'TELEGRAM_MODE', 'must be polling or webhook'],
  [{ TELEGRAM_MODE: 'Webhook', TELEGRAM_BOT_TOKEN: TOKEN }, 'PUBLIC_URL', '<PUBLIC_URL>/telegram/webhook'],
  [{ TELEGRAM_MODE: 'webhook', PUBLIC_URL: 'https://b.example.com' }, 'TELEGRAM_BOT_TOKEN', 'only with a real bot'],
  [webhookAt('http://b.example.com'), 'PUBLIC_URL', 'must start with https://'],
  [webhookAt('https://b.example.com:3000'), 'PUBLIC_URL', 'must have port 443, 80, 88 or 8443'],
  [{ TELEGRAM_WEBHOOK_SECRET: 'with space' }, 'TELEGRAM_WEBHOOK_SECRET', 'hyphens'],
  [{ TELEGRAM_ADMIN_IDS: '7,@ana' }, 'TELEGRAM_ADMIN_IDS', 'numeric user IDs'],
  [{ CHATWOOT_WEBHOOK_SECRET: `${SECRET},` }, 'CHATWOOT_WEBHOOK_SECRET', 'empty item'],
  [{ CHATWOOT_ALERT_KEY: 'gehört mir allein hier' }, 'CHATWOOT_ALERT_KEY', 'visible ASCII'],
  [{ TAWK_PROPERTY_ID: '"</script>', TAWK_WIDGET_ID: 'default' }, 'TAWK_PROPERTY_ID', 'letters, digits'],
  [{ SHOP_ORIGINS: 'shop.example.com' }, 'SHOP_ORIGINS', 'comma-separated origins'],
  [{ SHOP_ORIGINS: 'https://shop.example.com/cart' }, 'SHOP_ORIGINS', 'without a path'],
  [{ SHOP_ORIGINS: 'https://*.example.com' }, 'SHOP_ORIGINS', 'without *'],
  [{ SHOP_ORIGINS: 'https://a.example,,null' }, 'SHOP_ORIGINS', 'comma-separated origins'],
  [{ ALLOW_UNSIGNED: 'maybe' }, 'ALLOW_UNSIGNED', 'true or false'],
  [{ TIMEZONE: 'Mars/Olympus' }, 'TIMEZONE', 'time zone'],
  [{ TIMEZONE: '+05:30' }, 'TIMEZONE', 'time zone'],
  [{ CURRENCY: 'RUPEES' }, 'CURRENCY', 'ISO 4217'],
  [{ LANGUAGE: 'de' }, 'LANGUAGE', 'use: en'],
  [{ BUSINESS_HOURS: 'Mon-Fry 09:00-18:00' }, 'BUSINESS_HOURS', '“Fry” is not a day'],
  [{ ROLES: 'http,bot,worker' }, 'ROLES', 'unknown roles: worker'],
  [{ ROLES: 'http,process' }, 'ROLES', 'must include bot in sandbox mode'],
  [{ RETENTION_DAYS: '0' }, 'RETENTION_DAYS', 'from 1 to'],
  [{ RETENTION_DAYS: '999999999999' }, 'RETENTION_DAYS', 'from 1 to'],
  [{ ALERTS_PER_MINUTE: '-5' }, 'ALERTS_PER_MINUTE', 'whole number'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL', 'fatal, error, warn'],
])('%o is refused', (env, variable, words) => {
  const problems = problemsOf(env);
  expect(problems.map((problem) => problem.variable)).toEqual([variable]);
  expect(problems[0]?.problem).toContain(words);
  expect(problems[0]?.example).toMatch(`${variable}=`);
});

test('Chatwoot access is whole or absent, and what is missing is named', () => {
  const names = problemsOf({ CHATWOOT_BASE_URL: 'https://c.example.com' }).map((problem) => problem.variable);
  expect(names).toEqual(['CHATWOOT_ACCOUNT_ID', 'CHATWOOT_API_TOKEN']);
});

test('all problems are reported together, in the order of the contract, also those between variables', () => {
  const env = { LOG_LEVEL: 'loud', PORT: 'x', TELEGRAM_MODE: 'webhook', CHATWOOT_ACCOUNT_ID: 'one', ROLES: 'http' };
  expect(problemsOf(env).map((problem) => problem.variable)).toEqual([
    'PORT',
    'PUBLIC_URL',
    'TELEGRAM_BOT_TOKEN',
    'CHATWOOT_BASE_URL',
    'CHATWOOT_ACCOUNT_ID',
    'CHATWOOT_API_TOKEN',
    'ROLES',
    'LOG_LEVEL',
  ]);
});

test('a problem reads as name, fault, example', () => {
  expect(describeProblems(problemsOf({ PORT: 'x' }))).toBe(
    'PORT must be a whole number, from 0 to 65535.\n  Example: PORT=3000',
  );
});

function configOf(env: Record<string, string>): Config {
  const outcome = parseConfig(env);
  if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
  return outcome.config;
}

function problemsOf(env: Record<string, string>) {
  const outcome = parseConfig(env);
  if (outcome.ok) throw new Error('problems were expected');
  return outcome.problems;
}
