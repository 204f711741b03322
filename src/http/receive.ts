import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { whyUnwritable } from '../database/refusal.ts';
import type { Admission, Answer, Arrival, Endpoint } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { type NoteRefused, sendTooMany } from './errors.ts';
import type { Intake } from './intake.ts';
import type { Limits } from './limits.ts';
import type { BodyBudget } from './body-budget.ts';
import { readRawBody } from './raw-body.ts';

/** One POST route of a source: read, authenticate, commit, answer. Nothing is answered with success before its commit. */
export function receive(
  endpoint: Endpoint,
  deps: { intake: Intake; limits: Limits; budget: BodyBudget; noteRefused: NoteRefused; now: () => Date },
): RequestHandler {
  return async (req, res) => {
    const { rawBody, release } = await readRawBody(req, endpoint.maxBytes, deps.budget);
    try {
      const arrival = arrivalOf(req, rawBody, deps.now());
      refuseEncoded(arrival);
      const { admission, answer } = endpoint.admit(arrival);
      const wait = await deps.limits.source(admission.source);
      if (wait !== undefined) {
        deps.noteRefused(
          req,
          res,
          'rate_limited',
          'Raise ALERTS_PER_MINUTE or WEBHOOKS_PER_MINUTE if this is expected.',
        );
        return sendTooMany(res, wait, `Rate limit for ${admission.source} exceeded`);
      }
      const stored = await store(deps.intake, admission, arrival);
      release();
      res.locals['isStored'] = true;
      sendJson(res, await answer(stored));
    } finally {
      release();
    }
  };
}

/** No known source compresses; a compressed body would be stored as unreadable bytes. */
function refuseEncoded({ header }: Arrival): void {
  const encoding = header('content-encoding')?.trim().toLowerCase();
  if (!encoding || encoding === 'identity') return;
  throw new Refusal('unsupported_media_type', 'Send the body uncompressed, without Content-Encoding.');
}

async function store(intake: Intake, admission: Admission, { rawBody, now }: Arrival): Promise<number | undefined> {
  const deliveryId = admission.deliveryId ?? randomUUID();
  const { source, event, headers, body = rawBody } = admission;
  try {
    return await intake.store({ source, event, deliveryId, headers, body, receivedAt: now });
  } catch (error) {
    const reason = whyUnwritable(error) ?? 'The database is not responding';
    const message = `${reason}; nothing was stored. Send it again in a few seconds.`;
    throw new Refusal('unavailable', message);
  }
}

/** Like Express' `json`, without its per-answer lookups, which cost a fifth of the time. */
function sendJson(res: Response, { status, body, headers }: Answer): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    ...headers,
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
