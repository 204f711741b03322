import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

/**
 * JSON lines, pretty when stdout is a terminal.
 * Errors go through our own serializer: pino's default would print the bot token,
 * which grammY's HttpError carries in its URL and BotError in ctx.api.
 * The finished line is searched once more, because `log.error(error)` and free text pass by the serializer.
 */
export function createLog(level: string, options: { pretty: boolean; destination?: DestinationStream }): Log {
  const settings = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: describeEveryError },
    serializers: { err: describeError },
    hooks: { streamWrite: redact },
  };
  if (options.destination) return pino(settings, options.destination);
  if (options.pretty)
    return pino(settings, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' }));
  return pino(settings);
}

/** Only what says which error it is: name, message, stack place, codes. Never the object, its context or a nested request. */
function describeError(error: unknown): Record<string, unknown> {
  return describe(error, 0);
}

const DEEPEST_CAUSE = 5;

function describe(error: unknown, depth: number): Record<string, unknown> {
  if (typeof error !== 'object' || error === null) return { message: redact(String(error)) };

  const facts: Record<string, unknown> = {};
  for (const key of ['name', 'message', 'code', 'error_code', 'description', 'method'] as const) {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === 'string') facts[key] = redact(quotesData(error) ? withoutQuotes(value) : value);
    else if (typeof value === 'number') facts[key] = value;
  }
  const parameters = numbersIn(Reflect.get(error, 'parameters'));
  if (parameters) facts['parameters'] = parameters;

  // grammY keeps the cause in `error`. Causes may form a circle, so they are followed a few steps only.
  const cause: unknown = Reflect.get(error, 'error') ?? Reflect.get(error, 'cause');
  if (cause !== undefined && cause !== null && depth < DEEPEST_CAUSE) facts['cause'] = describe(cause, depth + 1);
  if (error instanceof Error && error.stack) facts['stack'] = redact(placesIn(error.stack));
  return facts;
}

/** Telegram's refusals repeat what was sent to it, PostgreSQL's data errors (classes 22 and 23) a value. */
function quotesData(error: object): boolean {
  const code: unknown = Reflect.get(error, 'code');
  return Reflect.get(error, 'error_code') !== undefined || (typeof code === 'string' && /^2[23]/.test(code));
}

/** A reason as far as its own words go: what is quoted in it may be a customer's. */
export function withoutQuotes(reason: string): string {
  return reason.replace(/\s["'].*$/s, ' …');
}

/** Telegram's `retry_after` and `migrate_to_chat_id`; never text. */
function numbersIn(parameters: unknown): Record<string, number> | undefined {
  if (typeof parameters !== 'object' || parameters === null) return undefined;
  const numbers = Object.entries(parameters).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return numbers.length > 0 ? Object.fromEntries(numbers) : undefined;
}

/** The frames alone: a message of several lines stands in the stack too. */
function placesIn(stack: string): string {
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return frames.slice(0, 5).join('\n');
}

/** An error under any other name than `err` must not be written out as an object. */
function describeEveryError(fields: Record<string, unknown>): Record<string, unknown> {
  const described = Object.entries(fields).map(([key, value]) => [
    key,
    key !== 'err' && value instanceof Error ? describeError(value) : value,
  ]);
  return Object.fromEntries(described);
}

/** Telegram bot tokens look like `123456789:AA…` and appear in request URLs; passwords stand in database URLs. */
function redact(text: string): string {
  return text.replaceAll(/\d{5,}(?::|%3A)[\w-]{20,}/gi, '<token>').replaceAll(/\/\/[^/@\s"?#]+@/g, '//<credentials>@');
}
