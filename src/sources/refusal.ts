export type RefusalCode =
  | 'bad_request'
  | 'invalid_signature'
  | 'unauthorized'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'unprocessable'
  | 'not_configured'
  | 'unavailable'
  | 'telegram_rejected'
  | 'telegram_timeout';

/** Every `error` an answer may carry. */
export type ErrorCode = RefusalCode | 'not_found' | 'method_not_allowed' | 'rate_limited' | 'internal';

/** Why a request is answered with an error, in words that say what to do; the HTTP layer makes the answer of it. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly details: readonly string[] | undefined;
  constructor(code: RefusalCode, message: string, details?: readonly string[]) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}
