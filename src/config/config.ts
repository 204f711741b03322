import type { z } from 'zod';
import { isLoopbackHost } from './loopback.ts';
import type { BusinessHours } from './business-hours.ts';
import { checkTogether } from './cross-checks.ts';
import { type LOG_LEVELS, type ROLES, type SYNC_FIELDS, unquote } from './fields.ts';
import { type ProxySettings, proxySettings } from './proxy.ts';
import { type Given, type Problem, problemWith, VARIABLE_NAMES, type Variables, variables } from './variables.ts';
import { warn } from './warnings.ts';

export type { Problem } from './variables.ts';

export type Config = {
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | undefined;
    /** Addresses and CIDR ranges of the proxies whose X-Forwarded-For counts. */
    readonly trustedProxies: readonly string[];
    /** Whether /docs and /redoc are served. */
    readonly apiDocs: boolean;
  };
  /** Unset: embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Where `databaseUrl` is a transaction pooler: the database itself, for what needs a session of its own. */
  readonly databaseUrlDirect: string | undefined;
  readonly dataDir: string;
  readonly telegram: TelegramConfig;
  /** From the variables that all programs share, such as HTTPS_PROXY. */
  readonly proxy: ProxySettings;
  readonly chatwoot: {
    readonly webhookSecrets: readonly string[];
    readonly alertKey: string | undefined;
    /** The three of these are set together or not at all. */
    readonly baseUrl: string | undefined;
    readonly accountId: number | undefined;
    readonly apiToken: string | undefined;
    readonly sync: readonly SyncField[];
    /** How often what came by no webhook is looked for; 0 = never. */
    readonly reconcileSeconds: number;
  };
  readonly tawk: {
    readonly webhookSecrets: readonly string[];
    readonly jsApiKey: string | undefined;
    readonly restApiKey: string | undefined;
    readonly restUrl: string;
    readonly propertyId: string | undefined;
    readonly widgetId: string | undefined;
    readonly embedUrl: string;
    readonly contextKey: string | undefined;
  };
  readonly appSessionSecret: string | undefined;
  /** Exact browser origins, without a trailing slash. */
  readonly shopOrigins: readonly string[];
  readonly allowUnsigned: boolean;
  /** 32 bytes, base64. */
  readonly encryptionKey: string | undefined;
  readonly timezone: string;
  readonly currency: string;
  readonly language: 'en';
  readonly businessHours: BusinessHours;
  /** When the digest is sent, in minutes since midnight. */
  readonly digestAt: number | undefined;
  readonly roles: readonly Role[];
  readonly retentionDays: number;
  readonly alertsPerMinute: number;
  readonly webhooksPerMinute: number;
  readonly logLevel: LogLevel;
};

/** URLs have no trailing slash. In sandbox mode the sandbox's own address and token replace these. */
export type TelegramConfig = {
  readonly apiRoot: string;
  readonly chat: { readonly chatId: number; readonly threadId: number | undefined } | undefined;
  readonly adminIds: readonly number[];
} & (
  | { readonly mode: 'sandbox'; readonly token: undefined }
  | { readonly mode: 'polling'; readonly token: string }
  /** `webhookSecret`: undefined where it is derived from the token. */
  | {
      readonly mode: 'webhook';
      readonly token: string;
      readonly publicUrl: string;
      readonly webhookSecret: string | undefined;
    }
);

/** What can be replaced while Bellhop runs; the rest of a `Config` stays as it was at the start. */
export type Secrets = Pick<Config, 'appSessionSecret'> & {
  readonly chatwoot: Pick<Config['chatwoot'], 'webhookSecrets' | 'alertKey' | 'apiToken'>;
  readonly tawk: Pick<Config['tawk'], 'webhookSecrets' | 'jsApiKey' | 'restApiKey' | 'contextKey'>;
};

export type Role = (typeof ROLES)[number];
export type SyncField = (typeof SYNC_FIELDS)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];

export type ConfigOutcome =
  | { ok: true; config: Config; warnings: readonly Problem[] }
  | { ok: false; problems: readonly Problem[] };

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Pure. Reports all problems at once, in the order of `variables`; an empty variable counts as unset.
 * `fileProblems` come from reading secrets from files.
 */
export function parseConfig(env: Env, fileProblems: readonly Problem[] = []): ConfigOutcome {
  const given = withHome(cleaned(env));
  const parsed = variables.safeParse(given);
  const problems = [
    ...fileProblems,
    ...(parsed.error ? fieldProblems(parsed.error) : []),
    ...checkTogether({
      ...Object.fromEntries(fileProblems.map((problem) => [settingOf(problem), 'unread'])),
      ...given,
    }),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, problems: inOrder(problems) };

  const config = assemble(parsed.data, proxySettings(given));
  const warnings = warn(given, { loopback: isLoopbackHost(config.http.host), allowUnsigned: config.allowUnsigned });
  return { ok: true, config, warnings: inOrder(warnings) };
}

/** Problems or warnings for the terminal, two lines each. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ variable, problem, example }) => `${variable} ${problem}.\n  Example: ${example}`).join('\n');
}

function cleaned(env: Env): Given {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const text = unquote(value ?? '');
    if (text) given[name] = text;
  }
  return given;
}

/** Docker and systemd do not expand `~/bellhop`; without this, a directory named `~` would be created. */
function withHome(given: Given): Given {
  const home = given['HOME'] ?? given['USERPROFILE'];
  const rest = /^(?:~|\$HOME|\$\{HOME\})(?=$|[/\\])(.*)$/s.exec(given.DATA_DIR ?? '')?.[1];
  return home === undefined || rest === undefined ? given : { ...given, DATA_DIR: `${home}${rest}` };
}

/** The first problem of each variable; others only follow from it. */
function fieldProblems(error: z.ZodError<Variables>): Problem[] {
  const problems: Problem[] = [];
  for (const name of VARIABLE_NAMES) {
    const issue = error.issues.find((candidate) => candidate.path[0] === name);
    if (issue) problems.push(problemWith(name, issue.message));
  }
  return problems;
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => orderOf(a) - orderOf(b));
}

/** A misspelled variable sorts with the intended one, `<NAME>_FILE` with its setting. */
function orderOf(problem: Problem): number {
  return VARIABLE_NAMES.findIndex((name) => name === settingOf(problem));
}

function settingOf({ example }: Problem): string {
  return example.slice(0, example.indexOf('=')).replace(/_FILE$/, '');
}

function assemble(given: Variables, proxy: ProxySettings): Config {
  const sandbox = given.TELEGRAM_BOT_TOKEN === undefined;
  const host = given.HOST ?? (sandbox ? '127.0.0.1' : '0.0.0.0');
  return {
    http: {
      host,
      port: given.PORT,
      publicUrl: given.PUBLIC_URL,
      trustedProxies: given.TRUST_PROXY,
      apiDocs: given.API_DOCS,
    },
    databaseUrl: given.DATABASE_URL,
    databaseUrlDirect: given.DATABASE_URL_DIRECT,
    dataDir: given.DATA_DIR,
    telegram: telegramConfig(given),
    proxy,
    chatwoot: {
      webhookSecrets: given.CHATWOOT_WEBHOOK_SECRET,
      alertKey: given.CHATWOOT_ALERT_KEY,
      baseUrl: given.CHATWOOT_BASE_URL,
      accountId: given.CHATWOOT_ACCOUNT_ID,
      apiToken: given.CHATWOOT_API_TOKEN,
      sync: given.CHATWOOT_SYNC,
      reconcileSeconds: given.CHATWOOT_RECONCILE_SECONDS,
    },
    tawk: {
      webhookSecrets: given.TAWK_WEBHOOK_SECRET,
      jsApiKey: given.TAWK_JS_API_KEY,
      restApiKey: given.TAWK_REST_API_KEY,
      restUrl: given.TAWK_REST_URL,
      propertyId: given.TAWK_PROPERTY_ID,
      widgetId: given.TAWK_WIDGET_ID,
      embedUrl: given.TAWK_EMBED_URL,
      contextKey: given.TAWK_CONTEXT_KEY,
    },
    appSessionSecret: given.APP_SESSION_SECRET,
    shopOrigins: given.SHOP_ORIGINS,
    allowUnsigned: given.ALLOW_UNSIGNED ?? (sandbox && isLoopbackHost(host)),
    encryptionKey: given.ENCRYPTION_KEY,
    timezone: given.TIMEZONE,
    currency: given.CURRENCY,
    language: given.LANGUAGE,
    businessHours: given.BUSINESS_HOURS,
    digestAt: given.DIGEST_AT,
    roles: given.ROLES,
    retentionDays: given.RETENTION_DAYS,
    alertsPerMinute: given.ALERTS_PER_MINUTE,
    webhooksPerMinute: given.WEBHOOKS_PER_MINUTE,
    logLevel: given.LOG_LEVEL,
  };
}

function telegramConfig(given: Variables): TelegramConfig {
  const common = { apiRoot: given.TELEGRAM_API_ROOT, chat: given.TELEGRAM_CHAT_ID, adminIds: given.TELEGRAM_ADMIN_IDS };
  const token = given.TELEGRAM_BOT_TOKEN;
  if (token === undefined) return { ...common, mode: 'sandbox', token };
  const publicUrl = given.PUBLIC_URL;
  // checkTogether requires PUBLIC_URL in webhook mode.
  if (given.TELEGRAM_MODE === 'polling' || publicUrl === undefined) return { ...common, mode: 'polling', token };
  return { ...common, mode: 'webhook', token, publicUrl, webhookSecret: given.TELEGRAM_WEBHOOK_SECRET };
}
