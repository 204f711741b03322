import { isIP } from 'node:net';
import { z } from 'zod';
import { parseBusinessHours } from './business-hours.ts';

/** One schema per variable: from trimmed, non-empty text to the value, or what is wrong with it. */

export const ROLES = ['http', 'process', 'bot'] as const;
/** What may be written back to Chatwoot. */
export const SYNC_FIELDS = ['status', 'labels', 'priority', 'notes', 'assignee'] as const;
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const LANGUAGES = ['en'] as const;

export const text = z.string();

/**
 * Removes surrounding white space and one pair of quotes, which `docker run --env-file` and Compose lists keep.
 * List items may have quotes of their own, so a quote inside means that the outer ones are not a pair.
 */
export function unquote(value: string): string {
  const trimmed = value.trim();
  return /^(["'])((?:(?!\1).)*)\1$/s.exec(trimmed)?.[2]?.trim() ?? trimmed;
}

export const host = text.refine(
  (value) => isIP(value) !== 0 || /^(?!-)[a-z\d-]+(\.[a-z\d-]+)*$/i.test(value),
  'must be an IP address or a host name, without http:// and without a port',
);

export function wholeNumber(min: number, max: number) {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
  return text.transform((value, context) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    return refuse(context, `must be a whole number, ${range}`);
  });
}

/** Some write `API_DOCS=off`, others `false`. */
export const onOff = text.transform((value, context) => {
  const word = value.toLowerCase();
  if (['on', 'true', '1', 'yes'].includes(word)) return true;
  if (['off', 'false', '0', 'no'].includes(word)) return false;
  return refuse(context, 'must be on or off');
});

export const positive = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** A thousand years; much more is no date. */
export const retentionDays = wholeNumber(1, 365_000);

export const flag = text.transform((value, context) => {
  const word = value.toLowerCase();
  if (['true', '1', 'yes'].includes(word)) return true;
  if (['false', '0', 'no'].includes(word)) return false;
  return refuse(context, 'must be true or false');
});

const loopbackRanges = ['127.0.0.0/8', '::1'];

/** `none`, `loopback`, or addresses and CIDR ranges. To ranges. */
export const trustProxy = text.transform((value, context) => {
  const parts = value.split(',').map((part) => unquote(part).toLowerCase());
  if (parts.length === 1 && parts[0] === 'none') return [];
  const ranges = parts.flatMap((part) => (part === 'loopback' ? loopbackRanges : part));
  if (ranges.every(isAddressRange)) return ranges;
  return refuse(context, 'must be none, loopback, or comma-separated IP addresses and CIDR ranges');
});

function isAddressRange(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

/** An http(s) address that paths can be appended to, without a trailing slash. */
export const webAddress = text.transform((value, context) => {
  const url = URL.parse(value);
  if (!url || !/^https?:\/\//i.test(value))
    return refuse(context, 'must be an address that starts with https:// or http://');
  if (url.username || url.password) return refuse(context, 'must not contain a user name or password');
  if (url.search || url.hash) return refuse(context, 'must not contain ? or #');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
});

/** Other programs expect `https://api.telegram.org/bot`, with or without the token. */
export const apiRoot = webAddress.refine(
  (value) => !/\/bot(\d+(:|%3a)[^/]*)?$/i.test(value),
  'must end before /bot: Bellhop appends /bot and the token itself',
);

/** People copy it from the browser's address bar: `https://chatwoot.example.com/app/accounts/1/dashboard`. */
export const chatwootUrl = webAddress.refine(
  (value) => !/[^/]\/(app|api)(\/|$)/i.test(value),
  'must end before /app: Bellhop appends the rest itself',
);

export const databaseUrl = text.refine(
  isDatabaseUrl,
  'must be a postgres:// or postgresql:// URL; percent-encode special characters in the password (# as %23)',
);

/** `postgresql://user@/db?host=/var/run/postgresql` is valid in PostgreSQL but not as a URL: a socket has no host. */
function isDatabaseUrl(value: string): boolean {
  const url = URL.parse(value) ?? URL.parse(value.replace('@/', '@socket/'));
  if (!url || !/^postgres(ql)?:\/\//i.test(value)) return false;
  return [url.username, url.password, url.pathname].every((part) => !/%(?![\da-f]{2})/i.test(part));
}

/** `withHome` has expanded `~` already, if the home directory is known. */
export const directory = text.refine(
  (value) => !/^[~$]/.test(value),
  'starts with ~ or $, which only a shell expands: use the full path',
);

export const botToken = text.regex(
  /^\d+:[A-Za-z0-9_-]{30,}$/,
  'is not a bot token (digits, a colon, at least 30 characters): copy all of it from @BotFather',
);

export const webhookSecret = text.regex(
  /^[A-Za-z0-9_-]{1,256}$/,
  'must be 1 to 256 letters, digits, underscores and hyphens (Telegram allows no others)',
);

export const chat = text.transform((value, context) => {
  if (/^@|t\.me\//.test(value)) {
    return refuse(
      context,
      'must be the numeric ID, because a public name can change owner: send /whoami in the chat to get it',
    );
  }
  const match = /^(-?\d+)(?::(\d+))?$/.exec(value);
  const chatId = Number(match?.[1]);
  const threadId = match?.[2] === undefined ? undefined : Number(match[2]);
  if (!match || !isId(Math.abs(chatId)) || (threadId !== undefined && !isId(threadId))) {
    return refuse(context, 'must be a numeric chat ID, or <chat>:<thread> for a forum topic');
  }
  if (threadId === 1) return refuse(context, 'names topic 1, which is General: use the chat ID without :1');
  return { chatId, threadId };
});

/** As browsers send them: scheme, host and port, compared as they are. */
export const origins = text.transform((value, context) => {
  const parsed = value.split(',').map(originOf);
  const known = parsed.filter((origin) => origin !== undefined);
  if (known.length === parsed.length) return [...new Set(known)];
  return refuse(
    context,
    'must be comma-separated origins, each https:// and a host (and a port), without a path and without *',
  );
});

export const userIds = text.transform((value, context) => {
  const ids = value.split(',').map(unquote);
  if (!ids.every((id) => /^\d+$/.test(id) && isId(Number(id)))) {
    return refuse(
      context,
      'must be comma-separated numeric user IDs, not @names: send /whoami to the bot to get yours',
    );
  }
  return [...new Set(ids.map(Number))];
});

export const secrets = text.transform((value, context) => {
  const parts = value.split(',').map(unquote);
  if (parts.includes(''))
    return refuse(context, 'contains an empty item, which would accept an empty secret: remove the extra comma');
  return parts;
});

/** Keys are sent in an HTTP header, which allows only visible ASCII. */
export const headerKey = text.regex(/^[\x21-\x7e]+$/, 'must contain only visible ASCII characters, without spaces');

/** Written into the chat page's script. */
export const tawkId = text.regex(/^[A-Za-z0-9_-]+$/, 'must contain only letters, digits, underscores and hyphens');

/** Names only, because PostgreSQL reads the offset `+05:30` with the opposite sign. */
export const timezone = text.refine(
  (value) => !/^[+-]/.test(value) && isTimezone(value),
  'must be a time zone name (Area/City)',
);

function isTimezone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const currency = text
  .toUpperCase()
  .refine((code) => Intl.supportedValuesOf('currency').includes(code), 'must be an ISO 4217 currency code');

/** Desktops set LANGUAGE themselves, as a list for gettext (`de_DE:de:en`). Nobody chose that for Bellhop, so it is no error. */
export const language = text.transform((value, context) => {
  const tags = value.split(':').map((tag) => tag.replace(/\..*$/, '').replaceAll('_', '-').toLowerCase());
  const available = LANGUAGES.find((name) => tags.some((tag) => tag === name || tag.startsWith(`${name}-`)));
  if (available) return available;
  if (isGettextList(value)) return LANGUAGES[0];
  return refuse(context, `is not available; use: ${LANGUAGES.join(', ')}`);
});

export function isGettextList(value: string): boolean {
  return /[:_]/.test(value);
}

export const businessHours = text.transform((value, context) => {
  const outcome = parseBusinessHours(value);
  return outcome.ok ? outcome.hours : refuse(context, outcome.problem);
});

/** Minutes since midnight. */
export const timeOfDay = text.transform((value, context) => {
  const [, hours = '', minutes = ''] = /^(\d{1,2}):(\d\d)$/.exec(value) ?? [];
  const at = Number(hours) * 60 + Number(minutes);
  if (hours === '' || Number(hours) > 23 || Number(minutes) > 59)
    return refuse(context, 'must be a time of day from 00:00 to 23:59');
  return at;
});

export const roles = text.transform((value, context) => {
  const names = value.split(',').map((part) => unquote(part).toLowerCase());
  const unknown = names.filter((name) => !ROLES.some((role) => role === name));
  if (unknown.includes('')) return refuse(context, `contains an empty item; roles are: ${ROLES.join(', ')}`);
  if (unknown.length > 0)
    return refuse(
      context,
      `contains unknown roles: ${unknown.join(', ').slice(0, 40)}; roles are: ${ROLES.join(', ')}`,
    );
  return ROLES.filter((role) => names.includes(role));
});

/** `none` alone: nothing. */
export const syncFields = text.transform((value, context) => {
  const names = value.split(',').map((part) => unquote(part).toLowerCase());
  if (names.length === 1 && names[0] === 'none') return [];
  const unknown = names.filter((name) => !SYNC_FIELDS.some((field) => field === name));
  if (unknown.length === 0) return SYNC_FIELDS.filter((field) => names.includes(field));
  const given = unknown.map((name) => name || '(empty)').join(', ');
  return refuse(context, `contains ${given.slice(0, 40)}; use none, or some of: ${SYNC_FIELDS.join(', ')}`);
});

export const encryptionKey = text.refine(
  (value) => /^[A-Za-z0-9+/]{43}=?$/.test(value),
  'must be 32 bytes in base64 (openssl rand -base64 32)',
);

export const mode = text.toLowerCase().pipe(z.enum(['polling', 'webhook'], 'must be polling or webhook'));

export const logLevel = text.toLowerCase().pipe(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`));

function originOf(item: string): string | undefined {
  const url = URL.parse(unquote(item));
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname.includes('*')) return undefined;
  return [url.origin, `${url.origin}/`].includes(url.href) ? url.origin : undefined;
}

/** Telegram's ids fit 52 bits and are never 0. */
function isId(number: number): boolean {
  return Number.isSafeInteger(number) && number > 0;
}

function refuse(context: z.core.$RefinementCtx<string>, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
