import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

/**
 * JSON lines, pretty when stdout is a terminal.
 * Errors go through our own serializer: pino's default would print the bot token,
 * which is in the URL of grammY's HttpError and in ctx.api of its BotError.
 * The finished line is redacted too, because `log.error(error)` and plain text bypass the serializer.
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

/** Only what identifies the error: name, message, stack frames, codes. Never the object, its context or a nested request. */
function describeError(error: unknown): Record<string, unknown> {
  return describe(error, 0);
}

const maxCauseDepth = 5;

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

  // grammY keeps the cause in `error`. Causes may be circular, so only a few are followed.
  const cause: unknown = Reflect.get(error, 'error') ?? Reflect.get(error, 'cause');
  if (cause !== undefined && cause !== null && depth < maxCauseDepth) facts['cause'] = describe(cause, depth + 1);
  if (error instanceof Error && error.stack) facts['stack'] = redact(framesIn(error.stack));
  return facts;
}

/** Telegram's errors quote what was sent to it; PostgreSQL's data errors (classes 22 and 23) quote a value. */
function quotesData(error: object): boolean {
  const code: unknown = Reflect.get(error, 'code');
  return Reflect.get(error, 'error_code') !== undefined || (typeof code === 'string' && /^2[23]/.test(code));
}

/** Cuts a reason at its first quotation, which may be a customer's text. */
export function withoutQuotes(reason: string): string {
  return reason.replace(/\s["'].*$/s, ' …');
}

/** Telegram's `retry_after` and `migrate_to_chat_id`; never text. */
function numbersIn(parameters: unknown): Record<string, number> | undefined {
  if (typeof parameters !== 'object' || parameters === null) return undefined;
  const numbers = Object.entries(parameters).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return numbers.length > 0 ? Object.fromEntries(numbers) : undefined;
}

/** Only the frames, because the stack also contains the message. */
function framesIn(stack: string): string {
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return frames.slice(0, 5).join('\n');
}

/** An error under a key other than `err` must not be logged as an object. */
function describeEveryError(fields: Record<string, unknown>): Record<string, unknown> {
  const described = Object.entries(fields).map(([key, value]) => [
    key,
    key !== 'err' && value instanceof Error ? describeError(value) : value,
  ]);
  return Object.fromEntries(described);
}

/** Bot tokens look like `123456789:AA…` and appear in request URLs; passwords appear in database URLs. */
function redact(text: string): string {
  return text.replaceAll(/\d{5,}(?::|%3A)[\w-]{20,}/gi, '<token>').replaceAll(/\/\/[^/@\s"?#]+@/g, '//<credentials>@');
}
