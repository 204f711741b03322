import { z } from 'zod';
import type { ErrorCode } from '../sources/refusal.ts';

/** What each code means to the caller, in the order of their statuses. */
export const errorText: Readonly<Record<ErrorCode, string>> = {
  bad_request: 'The request is incomplete, or its body is not JSON in UTF-8.',
  invalid_signature: 'The signature is missing or wrong; `message` names the mistake.',
  unauthorized: 'The key or token is missing or wrong.',
  not_found: 'There is no such path.',
  method_not_allowed: 'The path does not accept this method; `Allow` lists those it accepts.',
  payload_too_large: 'The body is larger than this route accepts.',
  unsupported_media_type: 'The body is not sent as JSON, or is in an unsupported encoding.',
  unprocessable: 'The JSON does not match the schema; `details` lists what to correct.',
  rate_limited: 'Too many requests: nothing was stored. Send it again after `Retry-After` seconds.',
  internal: 'An internal error: see the log. Send it again.',
  telegram_rejected: 'Telegram refused the message; `message` says why.',
  not_configured: 'A setting is missing; `message` names it.',
  unavailable: 'Nothing was stored. Send it again after `Retry-After` seconds.',
  telegram_timeout: 'Telegram did not answer in time.',
};

export const errorAnswer = z.object({
  success: z.literal(false),
  error: z.string().describe('A code that programs can rely on.'),
  message: z.string().describe('What to do, for people.'),
  details: z.array(z.string()).optional().describe('The problems, one by one.'),
});
