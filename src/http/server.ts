import { gzipSync } from 'node:zlib';
import cors from 'cors';
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { Endpoint, Operation } from '../sources/endpoint.ts';
import type { Log } from '../log.ts';
import type { WebPage } from '../sources/web-page.ts';
import { createNameAddress } from './address.ts';
import type { ClientAddress } from './client-address.ts';
import { type Connections, createConnections, type Timeouts } from './connections.ts';
import { errorHandler, type NoteRefused, sendError, sendTooMany } from './errors.ts';
import type { MayInspect } from './inspect-access.ts';
import { arrivalOf, receive } from './receive.ts';
import type { Intake } from './intake.ts';
import type { Limits } from './limits.ts';
import type { BodyBudget } from './body-budget.ts';
import { cleanUrl, originForm } from './clean-url.ts';
import type { Refusals } from './refusals.ts';
import { readRawBody } from './raw-body.ts';
import { redirectTo } from './redirect.ts';
import type { Route } from './route.ts';
import type { SecurityHeaders } from './security-headers.ts';

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
  eventStored: (source: string) => void;
  log: Log;
  now: () => Date;
  mayInspect: MayInspect;
  clientAddress: ClientAddress;
  security: Readonly<{ api: SecurityHeaders; page: SecurityHeaders }>;
  timeouts?: Timeouts;
  routes: readonly Route[];
  /** Further routers by path, such as the sandbox's page. */
  mounted: Readonly<Record<string, RequestHandler>>;
}>;

/** For routes that need no body. */
const maxSmallBytes = 16 * 1024;
export function createHttpServer(deps: Deps): Connections {
  const app = createExpress(deps);
  const uncleaned = [...Object.keys(deps.mounted), ...deps.pages.map(({ path }) => path)];
  // A route that ends with a slash is itself only with it.
  const withSlash = deps.routes.flatMap(({ path }) => (path.endsWith('/') ? path : []));
  return createConnections(deps, (req, res) => {
    const url = originForm(req.url ?? '/');
    req.url = withSlash.includes(url.split('?')[0] ?? '') ? url : cleanUrl(url, uncleaned);
    app(req, res);
  });
}

function createExpress(given: Deps): Express {
  const noteRefused = noteDeliveries(given);
  const deps = { ...given, noteRefused, headers: given.security.api };
  const app = express().disable('x-powered-by').disable('etag').enable('strict routing');
  // The webhooks come first, so that no other handler runs before theirs.
  for (const endpoint of deps.endpoints) app.post(endpoint.path, receive(endpoint, deps));
  for (const page of deps.pages) {
    const { path, origins = [] } = page;
    if (origins.length > 0) app.use(path, cors({ origin: [...origins], methods: 'GET', preflightContinue: true }));
    app.get(path, servePage(page, deps.security.page));
    // Links in a page are relative to its path.
    app.get(`${path}/`, redirectTo(`..${path.slice(path.lastIndexOf('/'))}`));
  }
  for (const [path, handler] of Object.entries(deps.mounted)) app.use(path, handler);
  app.use((_, res, next) => {
    res.set(deps.security.api);
    next();
  });
  for (const operation of deps.operations) {
    app.all(operation.path, prepare(operation));
    app[operation.method](operation.path, async (req, res) => {
      // Before the body is read: operations prove who asks by headers alone.
      operation.admit?.(arrivalOf(req, Buffer.alloc(0), deps.now()));
      const allowance = operation.countsAs && (await deps.limits.source(operation.countsAs));
      if (allowance) res.set(allowance.headers);
      if (allowance?.waitSeconds !== undefined)
        return sendTooMany(res, allowance.waitSeconds, `Rate limit for ${operation.countsAs} exceeded`);
      const arrival = arrivalOf(
        req,
        await readSmall(req, operation.maxBytes ?? maxSmallBytes, deps.budget),
        deps.now(),
      );
      const { status, body, headers = {} } = await operation.perform(arrival, deps.mayInspect(req));
      res.status(status).set(headers).json(body);
    });
  }
  for (const { method = 'get', path, handler } of deps.routes) app[method](path, handler);
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

function servePage({ status, headers, body }: WebPage, security: SecurityHeaders): RequestHandler {
  const packed = gzipSync(body, { level: 9 });
  return (req, res) => {
    res.status(status).set(security).set(headers).vary('Accept-Encoding');
    if (req.acceptsEncodings('gzip', 'identity') === 'gzip') res.set('Content-Encoding', 'gzip').send(packed);
    else res.send(body);
  };
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

async function readSmall(req: Request, maxBytes: number, budget: BodyBudget): Promise<Buffer> {
  if (req.method !== 'POST') return Buffer.alloc(0);
  const { rawBody, release } = await readRawBody(req, maxBytes, budget);
  release();
  return rawBody;
}

function allowedMethods({ endpoints, operations, pages, routes }: Deps): Map<string, string[]> {
  const methods = { get: ['GET', 'HEAD', 'OPTIONS'], post: ['POST', 'OPTIONS'] };
  return new Map([
    ...endpoints.map(({ path }) => [path, methods.post] as const),
    ...operations.map(({ path, method }) => [path, methods[method]] as const),
    ...pages.map(({ path }) => [path, methods.get] as const),
    ...routes.map(({ method, path }) => [path, methods[method ?? 'get']] as const),
  ]);
}
