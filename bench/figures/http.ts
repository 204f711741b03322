import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { LoadHandlers } from '../processes/load.ts';
import { alertWebhook, signed } from '../support/bodies.ts';
import { startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { median, plain, quantile, spread } from '../support/numbers.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startRemote } from '../support/remote.ts';

/** `/openapi.json` beside a handler that sends the same bytes, and what 500 clients that never finish a request cost. */
export const http: Figure = { name: 'http', run };

const slowClients = 500;

async function run(bench: Bench): Promise<Row[]> {
  const directory = await temporaryDirectory();
  const server = await startServer();
  const product = await startProduct({
    env: { ...productEnv(await server.create('ours'), 'http://127.0.0.1:1'), ROLES: 'http' },
    output: join(directory, 'product.log'),
  });
  return [await documentRow(product.port, bench), await slowRow(product.port, bench)];
}

async function documentRow(port: number, bench: Bench): Promise<Row> {
  const url = `http://127.0.0.1:${port}/openapi.json`;
  const bytes = Buffer.from(await (await fetch(url, plainly)).arrayBuffer());
  const baseline = createServer((_, res) => res.setHeader('content-type', 'application/json').end(bytes));
  baseline.listen(0, '127.0.0.1');
  await once(baseline, 'listening');
  const baselineUrl = `http://127.0.0.1:${(baseline.address() as AddressInfo).port}/`;

  const rounds = bench.quick ? 100 : 1_000;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = -50; round < rounds; round += 1) {
    const [mine, other] = [await timed(url), await timed(baselineUrl)];
    if (round < 0) continue;
    ours.push(mine);
    theirs.push(other);
  }
  baseline.close();
  const p95 = quantile(ours, 0.95);
  return row(`GET /openapi.json (${bytes.length} bytes): p95, against a bare node handler that sends the same bytes`, {
    ours: `${plain(p95)} ms`,
    baseline: `${plain(quantile(theirs, 0.95))} ms`,
    ratio: plain(p95 / quantile(theirs, 0.95)),
    target: '≤ 5 ms',
    ok: p95 <= 5,
  });
}

const plainly = { headers: { 'accept-encoding': 'identity' } };

async function timed(url: string): Promise<number> {
  const begun = performance.now();
  await (await fetch(url, plainly)).arrayBuffer();
  return performance.now() - begun;
}

async function slowRow(port: number, bench: Bench): Promise<Row> {
  const loader = startRemote<LoadHandlers>(new URL('../processes/load.ts', import.meta.url));
  const post = async (ms: number) => {
    const target = { port, path: '/api/v1/chatwoot/webhook', headers: signed(alertWebhook), body: alertWebhook };
    const { perSecond, statuses } = await loader.call('post', { ...target, connections: 64, ms });
    const { 200: ok = 0, ...others } = statuses;
    if (ok === 0 || Object.keys(others).length > 0)
      throw new Error(`not all were accepted: ${JSON.stringify(statuses)}`);
    return perSecond;
  };
  const ms = bench.quick ? 1_000 : 3_000;
  await post(bench.quick ? 2_000 : 5_000);
  const alone: number[] = [];
  const crowded: number[] = [];
  for (let round = 0; round < (bench.quick ? 2 : 5); round += 1) {
    alone.push(await post(ms));
    const crowd = startSlowClients(port);
    crowded.push(await post(ms));
    crowd.stop();
  }
  await loader.stop();
  const ratios = crowded.map((rate, round) => rate / (alone[round] ?? Number.NaN));
  return row(`Intake, 64 connections, while ${slowClients} clients send a byte of their headers or body each second`, {
    ours: spread(crowded, '/s'),
    baseline: spread(alone, '/s'),
    ratio: spread(ratios),
    target: '≥ 0.9',
    ok: median(ratios) >= 0.9,
  });
}

/** Half never finish their headers, half never their body; each comes again when it is cut off. */
function startSlowClients(port: number): { stop: () => void } {
  const sockets = new Set<Socket>();
  let isStopped = false;
  const open = (index: number) => {
    if (isStopped) return;
    const socket = connect(port, '127.0.0.1');
    sockets.add(socket);
    const head = 'POST /webhooks/tawkto HTTP/1.1\r\nHost: x\r\n';
    socket.write(index % 2 === 0 ? `${head}X-Slow: ` : `${head}Content-Length: 1000\r\n\r\n`);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      open(index);
    });
  };
  for (let index = 0; index < slowClients; index += 1) open(index);
  const drip = setInterval(() => sockets.forEach((socket) => socket.write('a')), 1_000);
  return {
    stop: () => {
      isStopped = true;
      clearInterval(drip);
      sockets.forEach((socket) => socket.destroy());
    },
  };
}
