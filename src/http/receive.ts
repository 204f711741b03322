import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { whyUnwritable } from '../database/refusal.ts';
import type { Admission, Answer, Arrival, Endpoint } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { traceIdOf } from '../tracing/trace.ts';
import type { ClientAddress } from './client-address.ts';
import { type NoteRefused, sendTooMany } from './errors.ts';
import type { Intake } from './intake.ts';
import type { Limits } from './limits.ts';
import type { BodyBudget } from './body-budget.ts';
import { readRawBody } from './raw-body.ts';
import type { SecurityHeaders } from './security-headers.ts';

type Deps = Readonly<{
  intake: Intake;
  limits: Limits;
  budget: BodyBudget;
  clientAddress: ClientAddress;
  /** Sent with every answer. */
  headers: SecurityHeaders;
  noteRefused: NoteRefused;
  eventStored: (source: string) => void;
  now: () => Date;
}>;

/** One POST route of a source: read, authenticate, commit, answer. Nothing is answered with success before its commit. */
export function receive(endpoint: Endpoint, deps: Deps): RequestHandler {
  const { limits, noteRefused } = deps;
  return async (req, res) => {
    const slowed = limits.failures.refuseUnread(() => deps.clientAddress(req));
    if (slowed !== undefined && !isAdmittedUnread(endpoint, arrivalOf(req, noBody, deps.now()))) {
      res.set({ ...deps.headers, Connection: 'close' });
      noteRefused(req, res, 'rate_limited', 'This address keeps sending a wrong key or signature: correct it there.');
      return sendTooMany(res, slowed, 'Too many requests with a wrong key or signature');
    }
    const { rawBody, release } = await readRawBody(req, endpoint.maxBytes, deps.budget);
    try {
      const arrival = arrivalOf(req, rawBody, deps.now());
      const { admission, answer } = endpoint.admit(arrival);
      limits.failures.trust(deps.clientAddress(req));
      const allowance = await limits.source(admission.source);
      if (allowance.waitSeconds !== undefined) {
        const advice = 'Raise ALERTS_PER_MINUTE or WEBHOOKS_PER_MINUTE if this is expected.';
        noteRefused(req, res, 'rate_limited', advice);
        res.set({ ...deps.headers, ...allowance.headers });
        return sendTooMany(res, allowance.waitSeconds, `Rate limit for ${admission.source} exceeded`);
      }
      const stored = await store(deps.intake, admission, arrival);
      release();
      if (stored !== undefined) deps.eventStored(admission.source);
      res.locals['isStored'] = true;
      sendJson(res, await answer(stored), { ...deps.headers, ...allowance.headers });
    } finally {
      release();
    }
  };
}

const noBody = Buffer.alloc(0);

function isAdmittedUnread(endpoint: Endpoint, head: Arrival): boolean {
  if (!endpoint.authenticateUnread) return false;
  try {
    endpoint.authenticateUnread(head);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

async function store(
  intake: Intake,
  admission: Admission,
  { rawBody, header, now }: Arrival,
): Promise<number | undefined> {
  const deliveryId = admission.deliveryId ?? randomUUID();
  const { source, event, headers, body = rawBody } = admission;
  try {
    const traceId = traceIdOf(header('traceparent'));
    return await intake.store({ source, event, deliveryId, headers, body, receivedAt: now, traceId });
  } catch (error) {
    const reason = whyUnwritable(error) ?? 'The database is not responding';
    const message = `${reason}; nothing was stored. Send it again in a few seconds.`;
    throw new Refusal('unavailable', message);
  }
}

/** Like Express' `json`, without its per-answer lookups, which cost a fifth of the time. */
function sendJson(res: Response, { status, body, headers }: Answer, always: SecurityHeaders): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    ...always,
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
