import { connect, type Socket } from 'node:net';
import { quantile } from '../support/numbers.ts';
import { serve } from '../support/remote.ts';

export type Load = Readonly<{
  port: number;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  connections: number;
  /** How long each connection rests after an answer; undefined: not at all. */
  pauseMs?: number;
  ms: number;
}>;

export type LoadResult = Readonly<{
  perSecond: number;
  p50: number;
  p99: number;
  statuses: Readonly<Record<number, number>>;
}>;

const idDigits = 12;
let lastId = 0;

const handlers = { post };
export type LoadHandlers = typeof handlers;
serve(handlers);

/**
 * Posts one body over many kept connections, each its next request as soon as the last is answered, or after a pause; the delivery id is
 * new each time. On bare sockets: a client that costs as much as the server would be measured, not the server.
 */
async function post(load: Load): Promise<LoadResult> {
  const head = [
    `POST ${load.path} HTTP/1.1`,
    `Host: 127.0.0.1:${load.port}`,
    'Content-Type: application/json',
    'User-Agent: Ruby',
    `Content-Length: ${load.body.length}`,
    ...Object.entries(load.headers).map(([name, value]) => `${name}: ${value}`),
    `X-Chatwoot-Delivery: ${process.pid}-`,
  ].join('\r\n');
  const idAt = Buffer.byteLength(head);
  const template = Buffer.concat([Buffer.from(`${head}${'0'.repeat(idDigits)}\r\n\r\n`), load.body]);

  const latencies: number[] = [];
  const statuses: Record<number, number> = {};
  const begun = performance.now();
  const endAt = begun + load.ms;
  await Promise.all(Array.from({ length: load.connections }, () => runConnection()));
  const seconds = (performance.now() - begun) / 1000;
  const done = latencies.length;
  return { perSecond: done / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), statuses };

  function runConnection(): Promise<void> {
    const request = Buffer.from(template);
    return new Promise((resolve, reject) => {
      const socket = connect(load.port, '127.0.0.1').setNoDelay(true);
      let sentAt = 0;
      let received = '';
      const next = () => {
        if (performance.now() >= endAt) {
          socket.end();
          return resolve();
        }
        request.write(String(++lastId).padStart(idDigits, '0'), idAt, 'latin1');
        sentAt = performance.now();
        socket.write(request);
      };
      socket.on('connect', next);
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        const status = statusOfWhole(received);
        if (status === undefined) return;
        latencies.push(performance.now() - sentAt);
        statuses[status] = (statuses[status] ?? 0) + 1;
        received = '';
        if (load.pauseMs === undefined) next();
        else setTimeout(next, load.pauseMs);
      });
      closedEarly(socket, reject);
    });
  }
}

/** The status of a response that has come to its end. */
function statusOfWhole(received: string): number | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received)?.[1];
  if (length === undefined) throw new Error(`a response without Content-Length: ${received.slice(0, headEnd)}`);
  return received.length >= headEnd + 4 + Number(length) ? Number(received.slice(9, 12)) : undefined;
}

function closedEarly(socket: Socket, reject: (reason: Error) => void): void {
  socket.on('close', () => reject(new Error('the server closed a connection')));
}
