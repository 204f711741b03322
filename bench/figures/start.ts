import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { median, spread } from '../support/numbers.ts';
import { residentMegabytes } from '../support/processes.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startTelegram } from '../support/sandbox.ts';

/** `node bin/bellhop.js` with its embedded PostgreSQL: how long until it listens, and how much memory it keeps. */
export const start: Figure = { name: 'start', run };

async function run(bench: Bench): Promise<Row[]> {
  const telegram = await startTelegram('off');
  const { DATABASE_URL: _, ...withBot } = productEnv('', telegram.apiRoot);
  const real = await measure(withBot, bench);
  // Without a token it runs a Telegram of its own.
  const sandboxed = await measure({ HOST: '127.0.0.1', PORT: '0' }, bench);
  return [...rowsOf('with a bot token', real), ...rowsOf('with the built-in sandbox', sandboxed)];
}

type Measured = Readonly<{ firstMs: number[]; nextMs: number[]; megabytes: number[] }>;

async function measure(env: Readonly<Record<string, string>>, bench: Bench): Promise<Measured> {
  const measured: Measured = { firstMs: [], nextMs: [], megabytes: [] };
  for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
    const directory = await temporaryDirectory();
    const options = { env: { ...env, DATA_DIR: join(directory, 'data') }, output: join(directory, 'product.log') };
    const first = await startProduct(options);
    measured.firstMs.push(first.startMs);
    await first.stop();
    const next = await startProduct(options);
    measured.nextMs.push(next.startMs);
    await wait(10_000);
    measured.megabytes.push(residentMegabytes(next.pid));
    await next.stop();
  }
  return measured;
}

function rowsOf(how: string, { firstMs, nextMs, megabytes }: Measured): Row[] {
  const seconds = (ms: readonly number[]) => ms.map((one) => one / 1000);
  return [
    row(`First start until \`listening on\`, database created, ${how}`, {
      ours: spread(seconds(firstMs), ' s'),
      target: '≤ 5 s',
      ok: median(firstMs) <= 5_000,
    }),
    row(`Next start until \`listening on\`, ${how}`, {
      ours: spread(seconds(nextMs), ' s'),
      target: '≤ 2 s',
      ok: median(nextMs) <= 2_000,
    }),
    row(`Resident memory of the Node process after 10 s of idling, ${how}`, {
      ours: spread(megabytes, ' MB'),
      target: '≤ 150 MB',
      ok: median(megabytes) <= 150,
    }),
  ];
}
