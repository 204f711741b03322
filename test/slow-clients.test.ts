import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createBodyBudget } from '../src/http/body-budget.ts';
import { createClientAddress } from '../src/http/client-address.ts';
import type { Connections } from '../src/http/connections.ts';
import { createLimits } from '../src/http/limits.ts';
import { createSecurityHeaders } from '../src/http/security-headers.ts';
import { createHttpServer } from '../src/http/server.ts';
import { createLog } from '../src/log.ts';

let server: Connections;
let port: number;
beforeAll(async () => {
  server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    timeouts: { headers: 200, request: 400, keepAlive: 200, stalled: 5_000, check: 50 },
    endpoints: [
      {
        path: '/webhook',
        docs: { tag: 'Operations', summary: 'A webhook', answers: {} },
        maxBytes: 1_000_000,
        admit: () => {
          throw new Error('no body arrives whole');
        },
      },
    ],
    operations: [
      {
        method: 'get',
        path: '/health',
        docs: { tag: 'Operations', summary: 'Health', answers: {} },
        perform: () => ({ status: 200, body: { status: 'healthy' } }),
      },
    ],
    pages: [],
    routes: [],
    mounted: {},
    intake: { store: async () => 1, drain: async () => undefined },
    limits: createLimits({ alertsPerMinute: 1_000, webhooksPerMinute: 1_000 }),
    budget: createBodyBudget({ maxBytes: 1_000_000, waitMs: 1_000 }),
    eventStored: () => undefined,
    refusals: { note: () => undefined },
    log: createLog('silent', { pretty: false }),
    now: () => new Date(),
    mayInspect: () => false,
    clientAddress: createClientAddress([]),
    security: createSecurityHeaders(undefined),
  });
  port = await server.start();
});
afterAll(() => server.stop());

/** What came until the server closed the connection. */
async function untilClosed(write: (socket: Socket) => void): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  write(socket);
  await once(socket, 'close');
  return received;
}

test('headers that do not end are given up', async () => {
  const answer = await untilClosed((socket) => socket.write('GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: '));
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});

test('headers that come letter by letter are given up', async () => {
  const answer = await untilClosed((socket) => {
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const drip = setInterval(() => socket.write('a'), 20);
    socket.once('close', () => clearInterval(drip));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});

test('a body that does not end is given up', async () => {
  const answer = await untilClosed((socket) =>
    socket.write('POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{'),
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});

test('a connection that is kept and not used is closed', async () => {
  const answer = await untilClosed((socket) => socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'));
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});
