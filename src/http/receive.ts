import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Answer, Arrival, Endpoint } from '../inbound/source.ts';
import type { Log } from '../log.ts';
import { sendError, sendTooMany } from './errors.ts';
import type { Intake } from './intake.ts';
import type { Limits } from './limits.ts';
import { readRawBody } from './raw-body.ts';

/** One POST route of a source: bytes → let in → committed → answered. Nothing is answered with success before its commit. */
export function receive(
  endpoint: Endpoint,
  deps: { intake: Intake; limits: Limits; log: Log; now: () => Date },
): RequestHandler {
  return async (req, res) => {
    const rawBody = await readRawBody(req, endpoint.maxBytes);
    const arrival = arrivalOf(req, rawBody, deps.now());
    const { admission, answer } = endpoint.admit(arrival);
    const wait = await deps.limits.source(admission.source);
    if (wait !== undefined) return sendTooMany(res, wait, `${admission.source} sends more than its limit a minute`);
    let id: number | undefined;
    try {
      id = await deps.intake.store({
        source: admission.source,
        event: admission.event,
        deliveryId: admission.deliveryId ?? randomUUID(),
        headers: admission.headers,
        body: rawBody,
        receivedAt: arrival.now,
      });
    } catch {
      res.set('Retry-After', '5');
      return sendError(
        res,
        'unavailable',
        'The database does not answer; nothing was stored. Send it again in a moment.',
      );
    }
    sendJson(res, await answer(id));
  };
}

/** As Express' own `json` would, without what it looks up for every answer: a fifth of an answer's time. */
function sendJson(res: Response, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(text);
}

export function arrivalOf(req: Request, rawBody: Buffer, now: Date): Arrival {
  return { rawBody, header: headerOf(req), params: textParams(req), now };
}

function headerOf(req: Request): Arrival['header'] {
  return (name) => {
    const value = req.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
}

function textParams(req: Request): Arrival['params'] {
  return Object.fromEntries(
    Object.entries(req.params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]),
  );
}
