import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../log.ts';

export type Connections = Readonly<{
  /** Resolves with the port. */
  start: () => Promise<number>;
  /** Accepts no new requests; resolves when those in progress are answered or, after 3 s, cut off. */
  stop: () => Promise<void>;
}>;

type Deps = Readonly<{
  host: string;
  port: number;
  log: Log;
  now: () => Date;
  timeouts?: Timeouts;
  maxConnections?: number;
}>;

/** In ms. The last is how often the others are looked at. */
export type Timeouts = Readonly<{
  headers: number;
  request: number;
  keepAlive: number;
  stalled: number;
  check: number;
}>;

/**
 * A kept-alive connection outlives the 60 s that proxies keep theirs, so that they never send into one that is closing.
 * `request` comes after the time-out of bodies, which says more. `stalled`: nothing moves either way.
 */
const defaultTimeouts: Timeouts = {
  headers: 15_000,
  request: 75_000,
  keepAlive: 65_000,
  stalled: 120_000,
  check: 5_000,
};
/** Beyond, connections are closed at once; each may hold a few kilobytes. */
const defaultMaxConnections = 5_000;
const dropLogMs = 60_000;

/** How long to wait for requests in progress when stopping. */
const stopTimeoutMs = 3_000;

/** Listens, limits what clients may take of time and connections, and stops in order. */
export function createConnections(deps: Deps, answer: RequestListener): Connections {
  let isStopping = false;
  const { headers, request, keepAlive, stalled, check } = deps.timeouts ?? defaultTimeouts;
  const timeouts = {
    headersTimeout: headers,
    requestTimeout: request,
    keepAliveTimeout: keepAlive,
    connectionsCheckingInterval: check,
  };
  const server = createServer(timeouts, (req, res) => {
    if (isStopping) return refuseLate(res);
    answer(req, res);
  });
  server.timeout = stalled;
  const { maxConnections = defaultMaxConnections } = deps;
  server.maxConnections = maxConnections;
  server.on('clientError', refuseNoHttp).on('drop', noteDropped(deps, maxConnections));
  return {
    start: () => listen(server, deps.host, deps.port),
    stop: () => {
      isStopping = true;
      return close(server);
    },
  };
}

/** Logs at most once a minute, however many there are. */
function noteDropped({ log, now }: Deps, maxConnections: number): () => void {
  let loggedAt = -Infinity;
  return () => {
    if (now().getTime() - loggedAt < dropLogMs) return;
    loggedAt = now().getTime();
    const hint = 'Too many connections are open, so new ones are closed. Put a proxy in front that limits them.';
    log.warn({ connections: maxConnections, hint }, 'http.connection_dropped');
  };
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
