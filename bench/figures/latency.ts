import { join } from 'node:path';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import type { ForwarderHandlers } from '../processes/forwarder.ts';
import type { PosterHandlers } from '../processes/poster.ts';
import { startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain, quantile } from '../support/numbers.ts';
import { productEnv, secrets, startProduct } from '../support/product.ts';
import { startRemote } from '../support/remote.ts';
import { startTelegram } from '../support/sandbox.ts';

/** From the instant an alert is posted to the instant its sendMessage reaches Telegram, one after another, beside a handler that calls Telegram directly. */
export const latency: Figure = { name: 'latency', run };

const perBlock = 10;

async function run(bench: Bench): Promise<Row[]> {
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('off');
  const product = await startProduct({
    env: productEnv(await server.create('ours'), telegram.apiRoot),
    output: join(directory, 'product.log'),
    unlimited: true,
  });
  const direct = startRemote<ForwarderHandlers>(new URL('../processes/forwarder.ts', import.meta.url));
  const directPort = await direct.call('start', { apiRoot: telegram.apiRoot, chatId: SEED.supportTeam });
  const poster = startRemote<PosterHandlers>(new URL('../processes/poster.ts', import.meta.url));

  let from = 1;
  const measure = async (port: number, path: string): Promise<number[]> => {
    const common = { key: secrets.alertKey, criticalEvery: 1, perSecond: undefined, atOnce: 1, insist: false };
    const posted = await poster.call('post', { port, path, from, count: perBlock, ...common });
    from += perBlock;
    const arrivals = await telegram.call('arrivals');
    const failed = posted.find(({ status }) => status !== 200);
    if (failed || arrivals.length !== perBlock) throw new Error(`${arrivals.length} arrived, status ${failed?.status}`);
    return posted.map(({ at }, index) => (arrivals[index] ?? Number.NaN) - at);
  };
  const ours: number[] = [];
  const theirs: number[] = [];
  const blocks = bench.quick ? 10 : 100;
  for (let block = -5; block < blocks; block += 1) {
    const mine = await measure(product.port, '/api/v1/chatwoot/alerts');
    const other = await measure(directPort, '/alerts');
    // The first ones warm both up.
    if (block >= 0) ours.push(...mine);
    if (block >= 0) theirs.push(...other);
  }
  return rowsOf(ours, theirs);
}

function rowsOf(ours: readonly number[], theirs: readonly number[]): Row[] {
  const [p50, p99] = [quantile(ours, 0.5), quantile(ours, 0.99)];
  const slower = p99 / quantile(theirs, 0.99);
  const name = `Alert posted → sendMessage at Telegram (${ours.length} one after another)`;
  const against = 'a handler that calls Telegram itself';
  return [
    row(`${name}, p50, against ${against}`, {
      ours: `${plain(p50)} ms`,
      baseline: `${plain(quantile(theirs, 0.5))} ms`,
      ratio: plain(p50 / quantile(theirs, 0.5)),
      target: '≤ 15 ms',
      ok: p50 <= 15,
    }),
    row(`${name}, p99, against ${against}`, {
      ours: `${plain(p99)} ms`,
      baseline: `${plain(quantile(theirs, 0.99))} ms`,
      ratio: plain(slower),
      target: '≤ 3 ×',
      ok: slower <= 3,
    }),
  ];
}
