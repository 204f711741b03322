import { z } from 'zod';
import * as fields from './fields.ts';

/** All variables, in the order in which problems are reported. Values are trimmed and not empty; unset ones are left out. */
export const variables = z.object({
  HOST: fields.host.optional(),
  PORT: fields.wholeNumber(0, 65_535).default(3000),
  PUBLIC_URL: fields.webAddress.optional(),
  TRUST_PROXY: fields.trustProxy.default(['127.0.0.0/8', '::1']),
  API_DOCS: fields.onOff.default(true),
  DATABASE_URL: fields.databaseUrl.optional(),
  DATABASE_URL_DIRECT: fields.databaseUrl.optional(),
  DATA_DIR: fields.directory.default('./data'),
  TELEGRAM_BOT_TOKEN: fields.botToken.optional(),
  TELEGRAM_API_ROOT: fields.apiRoot.default('https://api.telegram.org'),
  TELEGRAM_CHAT_ID: fields.chat.optional(),
  TELEGRAM_MODE: fields.mode.default('polling'),
  TELEGRAM_WEBHOOK_SECRET: fields.webhookSecret.optional(),
  TELEGRAM_ADMIN_IDS: fields.userIds.default([]),
  CHATWOOT_WEBHOOK_SECRET: fields.secrets.default([]),
  CHATWOOT_ALERT_KEY: fields.headerKey.optional(),
  CHATWOOT_BASE_URL: fields.chatwootUrl.optional(),
  CHATWOOT_ACCOUNT_ID: fields.positive.optional(),
  CHATWOOT_API_TOKEN: fields.headerKey.optional(),
  CHATWOOT_SYNC: fields.syncFields.default([...fields.SYNC_FIELDS]),
  CHATWOOT_RECONCILE_SECONDS: fields.wholeNumber(0, 86_400).default(120),
  TAWK_WEBHOOK_SECRET: fields.secrets.default([]),
  TAWK_JS_API_KEY: fields.text.optional(),
  TAWK_REST_API_KEY: fields.headerKey.optional(),
  TAWK_REST_URL: fields.webAddress.default('https://api.tawk.to/v1'),
  TAWK_PROPERTY_ID: fields.tawkId.optional(),
  TAWK_WIDGET_ID: fields.tawkId.optional(),
  TAWK_EMBED_URL: fields.webAddress.default('https://embed.tawk.to'),
  TAWK_CONTEXT_KEY: fields.text.optional(),
  APP_SESSION_SECRET: fields.text.optional(),
  SHOP_ORIGINS: fields.origins.default([]),
  ALLOW_UNSIGNED: fields.flag.optional(),
  ENCRYPTION_KEY: fields.encryptionKey.optional(),
  TIMEZONE: fields.timezone.default('UTC'),
  CURRENCY: fields.currency.default('INR'),
  LANGUAGE: fields.language.default('en'),
  BUSINESS_HOURS: fields.businessHours.default('always'),
  DIGEST_AT: fields.timeOfDay.optional(),
  ROLES: fields.roles.default([...fields.ROLES]),
  RETENTION_DAYS: fields.retentionDays.default(90),
  ALERTS_PER_MINUTE: fields.positive.default(30_000),
  WEBHOOKS_PER_MINUTE: fields.positive.default(30_000),
  LOG_LEVEL: fields.logLevel.default('info'),
});

export type Variables = z.infer<typeof variables>;
export type VariableName = keyof Variables;
export const VARIABLE_NAMES: readonly VariableName[] = variables.keyof().options;

/** The whole environment: trimmed, without empty values. */
export type Given = Readonly<Record<string, string>>;

/** The same values as in `.env.example`. */
export const EXAMPLES: Readonly<Record<VariableName, string>> = {
  HOST: '127.0.0.1',
  PORT: '3000',
  PUBLIC_URL: 'https://bellhop.example.com',
  TRUST_PROXY: 'loopback',
  API_DOCS: 'on',
  DATABASE_URL: 'postgres://bellhop:password@db.example.com:5432/bellhop',
  DATABASE_URL_DIRECT: 'postgres://bellhop:password@db.example.com:5432/bellhop',
  DATA_DIR: './data',
  TELEGRAM_BOT_TOKEN: '123456789:replace-with-the-token-from-BotFather',
  TELEGRAM_API_ROOT: 'https://api.telegram.org',
  TELEGRAM_CHAT_ID: '-1001234567890:45',
  TELEGRAM_MODE: 'polling',
  TELEGRAM_WEBHOOK_SECRET: 'replace-with-the-output-of-openssl-rand-hex-32',
  TELEGRAM_ADMIN_IDS: '123456789,987654321',
  CHATWOOT_WEBHOOK_SECRET: 'replace-with-the-secret-Chatwoot-shows-for-the-webhook',
  CHATWOOT_ALERT_KEY: 'replace-with-the-output-of-openssl-rand-hex-32',
  CHATWOOT_BASE_URL: 'https://chatwoot.example.com',
  CHATWOOT_ACCOUNT_ID: '1',
  CHATWOOT_API_TOKEN: 'replace-with-the-access-token-of-a-Chatwoot-profile',
  CHATWOOT_SYNC: 'status,labels,priority,notes,assignee',
  CHATWOOT_RECONCILE_SECONDS: '120',
  TAWK_WEBHOOK_SECRET: 'replace-with-the-secret-tawk.to-shows-for-the-webhook',
  TAWK_JS_API_KEY: 'replace-with-the-JavaScript-API-key',
  TAWK_REST_API_KEY: 'replace-with-the-REST-API-key',
  TAWK_REST_URL: 'https://api.tawk.to/v1',
  TAWK_PROPERTY_ID: '5f0c0ffee0ddba11c0ffee00',
  TAWK_WIDGET_ID: 'default',
  TAWK_EMBED_URL: 'https://embed.tawk.to',
  TAWK_CONTEXT_KEY: 'replace-with-the-output-of-openssl-rand-hex-32',
  APP_SESSION_SECRET: 'replace-with-the-secret-that-signs-your-identity-tokens',
  SHOP_ORIGINS: 'https://shop.example.com,https://www.example.com',
  ALLOW_UNSIGNED: 'false',
  ENCRYPTION_KEY: 'cmVwbGFjZS13aXRoLW9wZW5zc2wtcmFuZC0zMi1ieXQ=',
  TIMEZONE: 'Asia/Kolkata',
  CURRENCY: 'INR',
  LANGUAGE: 'en',
  BUSINESS_HOURS: 'Mon-Fri 09:00-18:00; Sat 10:00-14:00',
  DIGEST_AT: '09:00',
  ROLES: 'http,process,bot',
  RETENTION_DAYS: '90',
  ALERTS_PER_MINUTE: '30000',
  WEBHOOKS_PER_MINUTE: '30000',
  LOG_LEVEL: 'info',
};

/** Each can also be read from the file named by `<NAME>_FILE`. */
export const SECRETS = [
  'DATABASE_URL',
  'DATABASE_URL_DIRECT',
  'TELEGRAM_BOT_TOKEN',
  'TELEGRAM_WEBHOOK_SECRET',
  'CHATWOOT_WEBHOOK_SECRET',
  'CHATWOOT_ALERT_KEY',
  'CHATWOOT_API_TOKEN',
  'TAWK_WEBHOOK_SECRET',
  'TAWK_JS_API_KEY',
  'TAWK_REST_API_KEY',
  'TAWK_CONTEXT_KEY',
  'APP_SESSION_SECRET',
  'ENCRYPTION_KEY',
] as const satisfies readonly VariableName[];

export function fileVariable(name: (typeof SECRETS)[number]): string {
  return `${name}_FILE`;
}

/** Secrets in use; a weak one causes a warning. */
export const GUARDS = [
  'TELEGRAM_WEBHOOK_SECRET',
  'CHATWOOT_WEBHOOK_SECRET',
  'CHATWOOT_ALERT_KEY',
  'CHATWOOT_API_TOKEN',
  'TAWK_WEBHOOK_SECRET',
  'TAWK_JS_API_KEY',
  'TAWK_CONTEXT_KEY',
  'APP_SESSION_SECRET',
] as const satisfies readonly VariableName[];

/** `example` is a line for `.env`. No text ever contains the value of a secret. */
export type Problem = { readonly variable: string; readonly problem: string; readonly example: string };

export function problemWith(name: VariableName, problem: string): Problem {
  return { variable: name, problem, example: `${name}=${EXAMPLES[name]}` };
}
