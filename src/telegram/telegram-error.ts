import { GrammyError, HttpError } from 'grammy';
import { isNeverWritten } from '../config/outbound.ts';
import type { Attempt } from '../delivery/delivery.ts';

export type TelegramFailure =
  | Exclude<Attempt, { outcome: 'sent' | 'obsolete' | 'too-early' | 'refused' | 'gone' | 'broken' }>
  | Readonly<{ outcome: 'not-modified' }>
  | Readonly<{ outcome: 'edit-target-gone'; reason: string }>
  /** A topic accepts no more messages; the rest of its chat may. */
  | Readonly<{ outcome: 'topic-lost'; reason: string }>
  /** The chat accepts text but not this kind of content. */
  | Readonly<{ outcome: 'content-forbidden'; reason: string }>;

/** Telegram's error descriptions, as its servers send them, and what each means for a delivery. */
const knownErrors: readonly (readonly [RegExp, (reason: string) => TelegramFailure])[] = [
  [/message is not modified/, () => ({ outcome: 'not-modified' })],
  [
    /message to edit not found|message can't be edited|MESSAGE_ID_INVALID/,
    (reason) => ({ outcome: 'edit-target-gone', reason }),
  ],
  [/message thread not found|TOPIC_CLOSED|TOPIC_DELETED/, (reason) => ({ outcome: 'topic-lost', reason })],
  [
    /not enough rights to send (?!text)|CHAT_SEND_\w+_FORBIDDEN/,
    (reason) => ({ outcome: 'content-forbidden', reason }),
  ],
  [
    /chat not found|bot was kicked|bot is not a member|bot was blocked|can't initiate conversation|user is deactivated|not enough rights to send text|have no rights|CHAT_WRITE_FORBIDDEN|need administrator rights|group chat was deactivated|PEER_ID_INVALID/i,
    (reason) => ({ outcome: 'lane-lost', reason }),
  ],
];

/** Classifies what a Bot API call threw. Anything else is a bug of ours and is thrown again. */
export function classify(error: unknown): TelegramFailure {
  if (error instanceof HttpError) return classifyCall(error);
  if (!(error instanceof GrammyError)) throw error;

  const reason = error.description;
  const { retry_after: retryAfter, migrate_to_chat_id: migratedTo } = error.parameters;
  if (error.error_code === 429 || retryAfter !== undefined)
    return { outcome: 'retry-after', seconds: retryAfterOf(error) ?? 30 };
  if (migratedTo !== undefined) return { outcome: 'lane-lost', reason, migratedTo };
  // Not what it quotes, which may be a customer's text.
  const words = reason.split(' "')[0] ?? '';
  const known = knownErrors.find(([pattern]) => pattern.test(words));
  if (known) return known[1](reason);
  if (error.error_code === 403) return { outcome: 'lane-lost', reason };
  // The token is wrong or revoked: nothing is wrong with the delivery.
  if (error.error_code === 401 || error.error_code === 404) return { outcome: 'unreachable', reason };
  if (error.error_code >= 500 && !reason.includes('message was immediately deleted'))
    return { outcome: 'temporary', reason };
  return { outcome: 'rejected', reason };
}

/** A call without an answer from Telegram. After a reset connection nobody knows how much was received. */
function classifyCall(error: HttpError): TelegramFailure {
  const cause = causeOf(error.error);
  if (isNeverWritten(cause)) {
    return { outcome: 'unreachable', reason: 'Telegram could not be reached' };
  }
  if (cause.code !== '')
    return { outcome: 'connection-lost', reason: 'the connection to Telegram broke before it answered' };
  return { outcome: 'timed-out', reason: 'Telegram did not answer in time' };
}

/** The innermost error that has a code; '' if none has. */
function causeOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: '' };
  const inner = causeOf(error.cause);
  if (inner.code !== '') return inner;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // An answer that is cut off or not JSON has a type but no code (node-fetch).
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  return { code: code || type, message: error.message };
}

/** A day, in seconds: bounds what a broken proxy may ask for. */
const maxRetryAfter = 86_400;

/** Seconds that Telegram asks us to wait; undefined for any other error. */
export function retryAfterOf(error: unknown): number | undefined {
  const seconds = error instanceof GrammyError ? error.parameters.retry_after : undefined;
  return seconds === undefined ? undefined : Math.min(seconds, maxRetryAfter);
}
