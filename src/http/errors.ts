import type { ErrorRequestHandler, Request, Response } from 'express';
import { type ErrorCode, Refusal } from '../sources/refusal.ts';
import type { Log } from '../log.ts';
import type { ClientAddress } from './client-address.ts';
import type { Limits } from './limits.ts';
import type { SecurityHeaders } from './security-headers.ts';

/** Called for each error answer. The callee decides whether to notify anyone. */
export type NoteRefused = (req: Request, res: Response, code: ErrorCode, advice: string) => void;

export const statusOf: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  invalid_signature: 401,
  unauthorized: 401,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  unsupported_media_type: 415,
  unprocessable: 422,
  rate_limited: 429,
  internal: 500,
  not_configured: 503,
  unavailable: 503,
  telegram_rejected: 502,
  telegram_timeout: 504,
};

/** All error answers have this shape; `message` says what to do. */
export function sendError(res: Response, code: ErrorCode, message: string, details?: readonly string[]): void {
  if (res.headersSent) return;
  res.status(statusOf[code]).json({ success: false, error: code, message, ...(details ? { details } : {}) });
}

export function sendTooMany(res: Response, waitSeconds: number, what: string): void {
  res.set('Retry-After', String(waitSeconds));
  sendError(res, 'rate_limited', `${what}: nothing was stored. Send it again in ${waitSeconds} s.`);
}

type Deps = Readonly<{
  limits: Limits;
  log: Log;
  noteRefused: NoteRefused;
  clientAddress: ClientAddress;
  /** Sent with every answer. */
  headers: SecurityHeaders;
}>;

export function errorHandler({ limits, log, noteRefused, clientAddress, headers }: Deps): ErrorRequestHandler {
  return (err: unknown, req, res, _next) => {
    if (!res.headersSent) res.set(headers);
    if (err instanceof Refusal) {
      noteRefused(req, res, err.code, err.message);
      // The rest of the body may still be arriving.
      if (!req.complete) res.set('Connection', 'close');
      if (err.code === 'unauthorized' || err.code === 'invalid_signature') {
        const wait = limits.failures.note(clientAddress(req));
        if (wait !== undefined) return sendTooMany(res, wait, 'Too many requests with a wrong key or signature');
      }
      if (err.code === 'unavailable') res.set('Retry-After', '5');
      if (err.code === 'unsupported_media_type') res.set('Accept-Encoding', 'gzip');
      return sendError(res, err.code, err.message, err.details);
    }
    if (isMalformedUrl(err))
      return sendError(res, 'bad_request', 'The path contains invalid percent-encoding. Check the URL.');
    log.error({ err, path: req.route?.path ?? 'unknown' }, 'http.failed');
    noteRefused(req, res, 'internal', 'Internal error: see the log (http.failed).');
    const what = res.locals['isStored'] ? 'Internal error.' : 'Internal error; nothing was stored.';
    return sendError(res, 'internal', `${what} Send it again; if it fails again, check the log.`);
  };
}

function isMalformedUrl(err: unknown): boolean {
  return err instanceof URIError || (err instanceof Error && Reflect.get(err, 'status') === 400);
}
