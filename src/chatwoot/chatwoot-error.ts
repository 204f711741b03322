import { z } from 'zod';
import { isNeverWritten, type RawAnswer } from '../config/outbound.ts';
import type { Attempt } from '../delivery/delivery.ts';
import { cleanLine } from '../sources/clean-text.ts';

/** Why a call failed: in the words of the engine, or that what it is about does not exist (any more). */
export type ChatwootFailure =
  | Extract<
      Attempt,
      { outcome: 'retry-after' | 'unreachable' | 'connection-lost' | 'timed-out' | 'temporary' | 'refused' }
    >
  | Readonly<{ outcome: 'not-found'; reason: string }>
  /** The token is not valid, or its owner may not do this: Chatwoot answers 401 to both. */
  | Readonly<{ outcome: 'no-permission'; reason: string }>;

export type ChatwootAnswer = Readonly<{ ok: true; body: unknown }> | Readonly<{ ok: false; failure: ChatwootFailure }>;

const errorBody = z.object({
  error: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});

/** Chatwoot's limits count by the minute, and its 429 names no time. */
const limitSeconds = 20;

/** What an answer means (Chatwoot 4.15; it has no documented list of errors). */
export function classifyAnswer({ status, text, retryAfter }: RawAnswer): ChatwootAnswer {
  const body = parseJson(text);
  if (status >= 200 && status < 300) return { ok: true, body };
  return { ok: false, failure: failureOf(status, reasonIn(body), retryAfter) };
}

function failureOf(status: number, words: string, retryAfter: number | undefined): ChatwootFailure {
  const reason = `Chatwoot answered ${status}${words}`;
  if (status === 429) return { outcome: 'retry-after', seconds: retryAfter ?? limitSeconds };
  if (status === 422 && words.includes('Too many messages')) return { outcome: 'retry-after', seconds: limitSeconds };
  if (status === 401 || status === 403) {
    return { outcome: 'no-permission', reason: `${reason}: the token is not valid or its owner may not do this` };
  }
  if (status === 404) return { outcome: 'not-found', reason };
  if (status >= 500) return { outcome: 'temporary', reason };
  if (status >= 300 && status < 400) return { outcome: 'refused', reason: `${reason}: check CHATWOOT_BASE_URL` };
  return { outcome: 'refused', reason };
}

/** What a call that got no whole answer means. */
export function classifyError(error: unknown): ChatwootFailure {
  const {
    name = '',
    code = '',
    message = '',
  } = error instanceof Error ? { code: '', ...error, name: error.name, message: error.message } : {};
  if (isNeverWritten({ code, message })) return { outcome: 'unreachable', reason: 'Chatwoot could not be reached' };
  if (name === 'TimeoutError') return { outcome: 'timed-out', reason: 'Chatwoot did not answer in time' };
  return { outcome: 'connection-lost', reason: 'the connection to Chatwoot broke before it answered' };
}

/** What a failed call means for the delivery it was part of. */
export function attemptOf(failure: ChatwootFailure): Attempt {
  switch (failure.outcome) {
    case 'not-found':
    case 'no-permission':
      return { outcome: 'refused', reason: failure.reason };
    case 'retry-after':
    case 'unreachable':
    case 'connection-lost':
    case 'timed-out':
    case 'temporary':
    case 'refused':
      return failure;
  }
}

/** Whether Chatwoot may have carried out the call, although it did not confirm it. */
export function mayBeDone({ outcome }: ChatwootFailure): boolean {
  return outcome === 'connection-lost' || outcome === 'timed-out' || outcome === 'temporary';
}

/** Chatwoot's own words, cut short. */
function reasonIn(body: unknown): string {
  const { error, message } = errorBody.safeParse(body).data ?? {};
  const words = cleanLine(error ?? message ?? '', 100);
  return words ? ` (${words})` : '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
