import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import cors from 'cors';
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { Endpoint, Operation } from '../sources/endpoint.ts';
import type { Log } from '../log.ts';
import type { WebPage } from '../sources/web-page.ts';
import { createNameAddress } from './address.ts';
import { errorHandler, type NoteRefused, sendError, sendTooMany } from './errors.ts';
import type { MayInspect } from './inspect-access.ts';
import { arrivalOf, receive } from './receive.ts';
import type { Intake } from './intake.ts';
import type { Limits } from './limits.ts';
import type { BodyBudget } from './body-budget.ts';
import { cleanUrl } from './clean-url.ts';
import type { Refusals } from './refusals.ts';
import { readRawBody } from './raw-body.ts';
import type { Route } from './route.ts';

export type HttpServer = Readonly<{
  /** Resolves with the port. */
  start: () => Promise<number>;
  /** Accepts no new requests; resolves when those in progress are answered or, after 3 s, cut off. */
  stop: () => Promise<void>;
}>;

type Deps = Readonly<{
  host: string;
  port: number;
  endpoints: readonly Endpoint[];
  operations: readonly Operation[];
  pages: readonly WebPage[];
  intake: Intake;
  limits: Limits;
  budget: BodyBudget;
  refusals: Pick<Refusals, 'note'>;
  log: Log;
  now: () => Date;
  mayInspect: MayInspect;
  routes: readonly Route[];
  /** Further routers by path, such as the sandbox's page. */
  mounted: Readonly<Record<string, RequestHandler>>;
}>;

/** For routes that need no body. */
const maxSmallBytes = 16 * 1024;
/** How long to wait for requests in progress when stopping. */
const stopTimeoutMs = 3_000;

export function createHttpServer(deps: Deps): HttpServer {
  let isStopping = false;
  const app = createExpress(deps);
  const server = createServer((req, res) => {
    if (isStopping) return refuseLate(res);
    req.url = cleanUrl(req.url ?? '/', Object.keys(deps.mounted));
    app(req, res);
  }).on('clientError', refuseNoHttp);
  return {
    start: () => listen(server, deps.host, deps.port),
    stop: () => {
      isStopping = true;
      return close(server);
    },
  };
}

function createExpress(given: Deps): Express {
  const noteRefused = noteDeliveries(given);
  const deps = { ...given, noteRefused };
  const app = express().disable('x-powered-by').disable('etag').enable('strict routing');
  // The webhooks come first, so that no other handler runs before theirs.
  for (const endpoint of deps.endpoints) app.post(endpoint.path, receive(endpoint, deps));
  for (const operation of deps.operations) {
    app.all(operation.path, prepare(operation));
    app[operation.method](operation.path, async (req, res) => {
      const arrival = arrivalOf(req, await readSmall(req, deps.budget), deps.now());
      operation.admit?.(arrival);
      const wait = operation.countsAs && (await deps.limits.source(operation.countsAs));
      if (wait !== undefined) return sendTooMany(res, wait, `Rate limit for ${operation.countsAs} exceeded`);
      const { status, body, headers = {} } = await operation.perform(arrival, deps.mayInspect(req));
      res.status(status).set(headers).json(body);
    });
  }
  for (const { path, status, headers, body, origins = [] } of deps.pages) {
    if (origins.length > 0) app.use(path, cors({ origin: [...origins], methods: 'GET', preflightContinue: true }));
    app.get(path, (_, res) => void res.status(status).set(headers).send(body));
  }
  for (const [path, handler] of Object.entries(deps.mounted)) app.use(path, handler);

  for (const { path, handler } of deps.routes) app.get(path, handler);
  for (const [path, methods] of allowedMethods(deps)) {
    app.all(path, (req, res) => {
      res.set('Allow', methods.join(', '));
      if (req.method === 'OPTIONS') return void res.status(204).end();
      const message = `${path} accepts ${methods.join(', ')}, not ${req.method}.`;
      noteRefused(req, res, 'method_not_allowed', message);
      sendError(res, 'method_not_allowed', message);
    });
  }
  app.use((req, res) => {
    noteRefused(req, res, 'not_found', 'Correct the URL in the webhook settings; the README lists the endpoints.');
    sendError(res, 'not_found', 'Not found. Check the path; the README lists the endpoints.');
  });
  app.use(errorHandler(deps));
  return app;
}

const preflightSeconds = 600;

/** Sets what every answer of an operation has, refusals and preflights too. */
function prepare({ method, headers = {}, cors: rule }: Operation): RequestHandler {
  const allow =
    rule &&
    cors({
      origin: [...rule.origins],
      methods: method.toUpperCase(),
      allowedHeaders: [...rule.requestHeaders],
      maxAge: preflightSeconds,
      // OPTIONS is answered below, as for every other path.
      preflightContinue: true,
    });
  return (req, res, next) => {
    res.set(headers);
    if (allow) allow(req, res, next);
    else next();
  };
}

/** Notes only the failed requests with which a source meant to deliver something. */
function noteDeliveries({ endpoints, operations, refusals }: Deps): NoteRefused {
  const nameOf = createNameAddress(endpoints.map(({ path }) => path));
  const others = new Set<unknown>(operations.map(({ path }) => path));
  return (req, res, code, advice) => {
    const isDelivery = !['GET', 'HEAD', 'OPTIONS'].includes(req.method) && !others.has(req.route?.path);
    // A stored event is not refused, and neither is a client that disconnected.
    if (!isDelivery || res.locals['isStored'] || (req.destroyed && !req.complete)) return;
    const address = nameOf(req.path);
    if (address !== undefined) refusals.note({ address, code, advice });
  };
}

async function readSmall(req: Request, budget: BodyBudget): Promise<Buffer> {
  if (req.method !== 'POST') return Buffer.alloc(0);
  const { rawBody, release } = await readRawBody(req, maxSmallBytes, budget);
  release();
  return rawBody;
}

function allowedMethods({ endpoints, operations, pages, routes }: Deps): Map<string, string[]> {
  const methods = { get: ['GET', 'HEAD', 'OPTIONS'], post: ['POST', 'OPTIONS'] };
  return new Map([
    ...endpoints.map(({ path }) => [path, methods.post] as const),
    ...operations.map(({ path, method }) => [path, methods[method]] as const),
    ...pages.map(({ path }) => [path, methods.get] as const),
    ...routes.map(({ path }) => [path, methods.get] as const),
  ]);
}

/** A request on a kept-alive connection after stopping began. */
function refuseLate(res: ServerResponse): void {
  const message = 'Bellhop is stopping; nothing was stored. Send it again in a few seconds.';
  res.writeHead(503, { 'Content-Type': 'application/json; charset=utf-8', 'Retry-After': '5', Connection: 'close' });
  res.end(JSON.stringify({ success: false, error: 'unavailable', message }));
}

/** Express never sees malformed HTTP; the answer has the same shape anyway. */
function refuseNoHttp(err: NodeJS.ErrnoException, socket: Duplex): void {
  if (err.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const message = 'This is not a complete HTTP request. Check its headers and length, and send it again.';
  const body = JSON.stringify({ success: false, error: 'bad_request', message });
  const head = ['HTTP/1.1 400 Bad Request', 'Content-Type: application/json; charset=utf-8', 'Connection: close'];
  socket.end(`${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Idle kept-alive connections would delay stopping for seconds.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const cutOff = setTimeout(() => server.closeAllConnections(), stopTimeoutMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cutOff);
      resolve();
    });
  });
}
