import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createBodyBudget } from '../src/http/body-budget.ts';
import { createClientAddress } from '../src/http/client-address.ts';
import { createLimits } from '../src/http/limits.ts';
import { createSecurityHeaders } from '../src/http/security-headers.ts';
import { createHttpServer } from '../src/http/server.ts';
import { Refusal } from '../src/sources/refusal.ts';
import { createLog } from '../src/log.ts';

const megabyte = 1_000_000;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A server with room for two megabytes of bodies, whose one address refuses every body as unsigned. */
async function startServer(waitMs: number) {
  const budget = createBodyBudget({ maxBytes: 2 * megabyte, waitMs });
  let most = 0;
  let admitted = 0;
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    budget,
    eventStored: () => undefined,
    refusals: { note: () => undefined },
    endpoints: [
      {
        path: '/webhook',
        docs: { tag: 'Operations', summary: 'A webhook', answers: {} },
        maxBytes: 5 * megabyte,
        admit: () => {
          admitted += 1;
          most = Math.max(most, budget.bytes());
          throw new Refusal('invalid_signature', 'Sign the body.');
        },
      },
    ],
    operations: [],
    intake: { store: async () => 1, drain: async () => undefined },
    limits: createLimits({ alertsPerMinute: 1_000, webhooksPerMinute: 1_000 }),
    log: createLog('silent', { pretty: false }),
    now: () => new Date(),
    mayInspect: () => false,
    clientAddress: createClientAddress([]),
    security: createSecurityHeaders(undefined),
    routes: [],
    mounted: {},
    pages: [],
  });
  const port = await server.start();
  stops.push(server.stop);
  return { url: `http://127.0.0.1:${port}/webhook`, port, budget, most: () => most, admitted: () => admitted };
}

/** A request that announces three megabytes and stops after half of them. */
async function stall(port: number, bytes: number) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: ${3 * megabyte}\r\n\r\n`);
  socket.write(Buffer.alloc(bytes, ' '));
  stops.push(async () => void socket.destroy());
  return socket;
}

function send(url: string, bytes: number): Promise<Response> {
  return fetch(url, { method: 'POST', body: new Uint8Array(bytes) });
}

test('many large bodies at once, from nobody we know, never take more memory than there is for them', async () => {
  const { url, budget, most } = await startServer(30_000);
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(url, 0.9 * megabyte)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(401));
  // Each that waits for room holds the one piece that did not fit.
  expect(most()).toBeLessThan(2 * megabyte + 20 * 64 * 1024 + megabyte);
  expect(budget.bytes()).toBe(0);
});

test('while others hold all the room, a body waits, and is then refused with a time to come back', async () => {
  const { url, port, budget } = await startServer(100);
  const others = [await stall(port, megabyte), await stall(port, 0.9 * megabyte)];
  await expect.poll(() => budget.bytes()).toBe(1.9 * megabyte);
  // One body is read to its end though there is no room, this one.
  others.push(await stall(port, megabyte));
  await expect.poll(() => budget.bytes()).toBe(2.9 * megabyte);
  const answer = await send(url, megabyte);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await answer.json()).toMatchObject({ success: false, error: 'unavailable' });
  for (const other of others) other.destroy();

  await expect.poll(() => budget.bytes()).toBe(0);
  expect((await send(url, megabyte)).status).toBe(401);
});

test('a body that announces much and sends little takes no room from others', async () => {
  const { url, port, budget } = await startServer(100);
  for (let count = 0; count < 10; count += 1) await stall(port, 10);
  await expect.poll(() => budget.bytes()).toBe(100);
  expect((await send(url, megabyte)).status).toBe(401);
});

test.each([
  ['with its whole body', '5', 1],
  ['before the end of its body', '6', 0],
])('a client that sends a request %s and is gone takes no room', async (_, length, admitted) => {
  const { port, budget, admitted: count } = await startServer(100);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const gone = new Promise((resolve) => socket.on('close', resolve));
  socket.write(`POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\nhello`, () => socket.destroy());
  await gone;
  // By its answer, the server has handled what came before.
  await send(`http://127.0.0.1:${port}/webhook`, 1);
  await expect.poll(() => [count(), budget.bytes()]).toEqual([admitted + 1, 0]);
});
