import { isIP } from 'node:net';
import { z } from 'zod';
import { parseBusinessHours } from './business-hours.ts';

/** One schema per variable: from its trimmed, non-empty text to the value, or a sentence that says what is wrong. */

export const ROLES = ['http', 'process', 'bot'] as const;
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const LANGUAGES = ['en'] as const;

export const text = z.string();

/**
 * The value without surrounding white space and one pair of quotes, which `docker run --env-file` and Compose lists keep.
 * The items of a list may have their own, so a quote inside means that the outer ones are no pair.
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

export const positive = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export const flag = text.transform((value, context) => {
  const word = value.toLowerCase();
  if (['true', '1', 'yes'].includes(word)) return true;
  if (['false', '0', 'no'].includes(word)) return false;
  return refuse(context, 'must be true or false');
});

/** An http(s) address that paths can be appended to: no trailing slash left, nothing after the path. */
export const webAddress = text.transform((value, context) => {
  const url = URL.parse(value);
  if (!url || !/^https?:\/\//i.test(value))
    return refuse(context, 'must be an address that starts with https:// or http://');
  if (url.username || url.password) return refuse(context, 'must not carry a user name or password');
  if (url.search || url.hash) return refuse(context, 'must end with the host or a path, without ? or #');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
});

/** Other programs want `https://api.telegram.org/bot`, or the token with it. */
export const apiRoot = webAddress.refine(
  (value) => !/\/bot(\d+(:|%3a)[^/]*)?$/i.test(value),
  'must end before /bot: Bellhop appends /bot and the token itself',
);

export const databaseUrl = text.refine(
  isDatabaseUrl,
  'must be a postgres:// or postgresql:// address; special characters in the password are percent-encoded (# as %23)',
);

/** `postgresql://user@/db?host=/var/run/postgresql` is good PostgreSQL but no good URL: a socket has no host. */
function isDatabaseUrl(value: string): boolean {
  const url = URL.parse(value) ?? URL.parse(value.replace('@/', '@socket/'));
  if (!url || !/^postgres(ql)?:\/\//i.test(value)) return false;
  return [url.username, url.password, url.pathname].every((part) => !/%(?![\da-f]{2})/i.test(part));
}

/** A path below the home directory is already written out (`withHome`), where the home directory is known. */
export const directory = text.refine(
  (value) => !/^[~$]/.test(value),
  'begins with ~ or $, which only a shell replaces: write the whole path',
);

export const botToken = text.regex(
  /^\d+:[A-Za-z0-9_-]{30,}$/,
  'is not shaped like a bot token: digits, a colon, 30 or more letters; copy the whole of it from @BotFather',
);

export const webhookSecret = text.regex(
  /^[A-Za-z0-9_-]{1,256}$/,
  'may hold 1 to 256 letters, digits, underscores and hyphens (Telegram allows no others)',
);

export const chat = text.transform((value, context) => {
  if (/^@|t\.me\//.test(value)) {
    return refuse(
      context,
      'must be the numeric id, not a public name, which can change owner; /whoami in the chat shows it',
    );
  }
  const match = /^(-?\d+)(?::(\d+))?$/.exec(value);
  const chatId = Number(match?.[1]);
  const threadId = match?.[2] === undefined ? undefined : Number(match[2]);
  if (!match || !isId(Math.abs(chatId)) || (threadId !== undefined && !isId(threadId))) {
    return refuse(context, 'must be a numeric chat id, or <chat>:<thread> for a forum topic');
  }
  if (threadId === 1) return refuse(context, 'names topic 1, which is General: give the chat id alone, without :1');
  return { chatId, threadId };
});

export const userIds = text.transform((value, context) => {
  const ids = value.split(',').map(unquote);
  if (!ids.every((id) => /^\d+$/.test(id) && isId(Number(id)))) {
    return refuse(context, 'must be numeric user ids with commas between them (not @names); /whoami shows yours');
  }
  return [...new Set(ids.map(Number))];
});

export const secrets = text.transform((value, context) => {
  const parts = value.split(',').map(unquote);
  if (parts.includes(''))
    return refuse(context, 'has an empty part between its commas, which would accept an empty secret');
  return parts;
});

/** Keys travel in an HTTP header, which carries visible ASCII only. */
export const headerKey = text.regex(/^[\x21-\x7e]+$/, 'may hold only visible ASCII characters, without spaces');

/** Written into the chat page's script. */
export const tawkId = text.regex(/^[A-Za-z0-9_-]+$/, 'may hold only letters, digits, underscores and hyphens');

/** Names only: PostgreSQL reads the offset `+05:30` with the opposite sign. */
export const timezone = text.refine(
  (value) => !/^[+-]/.test(value) && isTimezone(value),
  'must be the name of a time zone (Area/City)',
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
  .refine((code) => Intl.supportedValuesOf('currency').includes(code), 'must be a currency code of ISO 4217');

/** Desktops set LANGUAGE themselves, as a list for gettext (`de_DE:de:en`): that is nobody's choice for us, so no error. */
export const language = text.transform((value, context) => {
  const tags = value.split(':').map((tag) => tag.replace(/\..*$/, '').replaceAll('_', '-').toLowerCase());
  const available = LANGUAGES.find((name) => tags.some((tag) => tag === name || tag.startsWith(`${name}-`)));
  if (available) return available;
  if (isGettextList(value)) return LANGUAGES[0];
  return refuse(context, `is not available; there is: ${LANGUAGES.join(', ')}`);
});

export function isGettextList(value: string): boolean {
  return /[:_]/.test(value);
}

export const businessHours = text.transform((value, context) => {
  const outcome = parseBusinessHours(value);
  return outcome.ok ? outcome.hours : refuse(context, outcome.problem);
});

export const roles = text.transform((value, context) => {
  const names = value.split(',').map((part) => unquote(part).toLowerCase());
  const unknown = names.filter((name) => !ROLES.some((role) => role === name));
  if (unknown.includes(''))
    return refuse(context, `has an empty part between its commas; there are: ${ROLES.join(', ')}`);
  if (unknown.length > 0)
    return refuse(context, `has the unknown ${unknown.join(', ').slice(0, 40)}; there are: ${ROLES.join(', ')}`);
  return ROLES.filter((role) => names.includes(role));
});

export const mode = text.toLowerCase().pipe(z.enum(['polling', 'webhook'], 'must be polling'));

export const logLevel = text.toLowerCase().pipe(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`));

/** Telegram's ids fit 52 bits and are never 0. */
function isId(number: number): boolean {
  return Number.isSafeInteger(number) && number > 0;
}

function refuse(context: z.core.$RefinementCtx<string>, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
