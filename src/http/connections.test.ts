import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLog } from '../log.ts';
import { createConnections } from './connections.ts';

type Line = Readonly<{ msg: string; connections?: number; hint?: string }>;

async function startServer(maxConnections: number) {
  const lines: Line[] = [];
  const clock = { ms: 0 };
  const server = createConnections(
    {
      host: '127.0.0.1',
      port: 0,
      log: createLog('warn', { pretty: false, destination: { write: (line) => lines.push(JSON.parse(line)) } }),
      now: () => new Date(clock.ms),
      maxConnections,
    },
    (_, res) => res.end('hello'),
  );
  const port = await server.start();
  onTestFinished(() => server.stop());
  return { port, lines, clock };
}

/** A connection that stays open; what it was answered, empty if it was closed at once. */
async function open(port: number) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const answer = await Promise.race([
    once(socket, 'data').then(([chunk]) => String(chunk)),
    once(socket, 'close').then(() => ''),
  ]);
  return { socket, answer };
}

test('connections beyond the cap are closed, those below it stay, and a place that falls free is taken', async () => {
  const { port, lines } = await startServer(2);
  const [first, second] = [await open(port), await open(port)];
  expect([first.answer, second.answer]).toEqual([expect.stringContaining('hello'), expect.stringContaining('hello')]);
  expect((await open(port)).answer).toBe('');
  await vi.waitUntil(() => lines.length > 0);
  expect(lines).toMatchObject([
    { msg: 'http.connection_dropped', connections: 2, hint: expect.stringContaining('Put a proxy in front') },
  ]);

  second.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(String((await once(second.socket, 'data'))[0])).toContain('hello');
  first.socket.destroy();
  await vi.waitUntil(async () => (await open(port)).answer.includes('hello'));
});

test('dropped connections are logged once a minute', async () => {
  const { port, lines, clock } = await startServer(1);
  await open(port);
  for (clock.ms of [0, 59_999, 60_000]) expect((await open(port)).answer).toBe('');
  await vi.waitUntil(() => lines.length === 2);
});
