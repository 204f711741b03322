import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { whyUnwritable } from '../database/refusal.ts';
import type { Admission, Arrival, Endpoint } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { traceIdOf } from '../trace.ts';
import type { ClientAddress } from './client-address.ts';
import { type Fail, type NoteRefused, sendTooMany } from './errors.ts';
import type { Intake } from './intake.ts';
import type { Limits } from './limits.ts';
import type { BodyBudget } from './body-budget.ts';
import { readRawBody } from './raw-body.ts';
import type { SecurityHeaders } from './security-headers.ts';
import { sendJson, setHeaders } from './send-json.ts';

type Deps = Readonly<{
  intake: Intake;
  limits: Limits;
  budget: BodyBudget;
  clientAddress: ClientAddress;
  /** Sent with every answer. */
  headers: SecurityHeaders;
  noteRefused: NoteRefused;
  fail: Fail;
  eventStored: (source: string) => void;
  now: () => Date;
}>;

/** Answers in any case: it never rejects. */
export type Receiver = (req: IncomingMessage, res: ServerResponse, params: Arrival['params']) => Promise<void>;

/** One POST route of a source: read, authenticate, commit, answer. Nothing is answered with success before its commit. */
export function receive(endpoint: Endpoint, deps: Deps): Receiver {
  const { limits, noteRefused } = deps;
  return async (req, res, params) => {
    let isStored = false;
    let release = () => {};
    try {
      const slowed = limits.failures.refuseUnread(() => deps.clientAddress(req));
      if (slowed !== undefined && !isAdmittedUnread(endpoint, arrivalOf(req, noBody, deps.now(), params))) {
        setHeaders(res, { ...deps.headers, Connection: 'close' });
        noteRefused(req, 'rate_limited', 'This address keeps sending a wrong key or signature: correct it there.');
        return sendTooMany(res, slowed, 'Too many requests with a wrong key or signature');
      }
      const held = await readRawBody(req, endpoint.maxBytes, deps.budget);
      release = held.release;
      const arrival = arrivalOf(req, held.rawBody, deps.now(), params);
      const { admission, answer } = endpoint.admit(arrival);
      limits.failures.trust(deps.clientAddress(req));
      const allowance = await limits.source(admission.source);
      if (allowance.waitSeconds !== undefined) {
        noteRefused(req, 'rate_limited', 'Raise ALERTS_PER_MINUTE or WEBHOOKS_PER_MINUTE if this is expected.');
        setHeaders(res, { ...deps.headers, ...allowance.headers });
        return sendTooMany(res, allowance.waitSeconds, `Rate limit for ${admission.source} exceeded`);
      }
      const stored = await store(deps.intake, admission, arrival);
      release();
      if (stored !== undefined) deps.eventStored(admission.source);
      isStored = true;
      const { status, body, headers } = await answer(stored);
      sendJson(res, status, body, { ...deps.headers, ...allowance.headers, ...headers });
    } catch (err) {
      deps.fail(err, req, res, { path: endpoint.path, isStored });
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

export function arrivalOf(req: IncomingMessage, rawBody: Buffer, now: Date, params: Arrival['params'] = {}): Arrival {
  return { rawBody, header: headerOf(req), params, now };
}

function headerOf(req: IncomingMessage): Arrival['header'] {
  return (name) => {
    const value = req.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
}
