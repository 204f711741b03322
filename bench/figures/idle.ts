import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain } from '../support/numbers.ts';
import { processorSeconds } from '../support/processes.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startTelegram } from '../support/sandbox.ts';

/** What the product costs while nothing happens. */
export const idle: Figure = { name: 'idle', run };

async function run(bench: Bench): Promise<Row[]> {
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('off');
  const url = await server.create('ours');
  const product = await startProduct({
    env: productEnv(url, telegram.apiRoot),
    output: join(directory, 'product.log'),
  });
  // Connections and what is done once after a start must be over; PostgreSQL counts with ten seconds' delay.
  await wait(12_000);
  const seconds = bench.quick ? 8 : 20;
  const before = { transactions: await transactions(url), processor: processorSeconds(product.pid) };
  await wait(seconds * 1000);
  const processor = processorSeconds(product.pid) - before.processor;
  // Reading the count is a transaction of the same database.
  const queries = (await transactions(url)) - before.transactions - 1;

  const perSecond = queries / seconds;
  const percent = (processor / seconds) * 100;
  return [
    row('Idle: queries a second (every one its own transaction)', {
      ours: plain(perSecond),
      target: '≤ 3',
      ok: perSecond <= 3,
    }),
    row(`Idle: processor time of the Node process over ${seconds} s`, {
      ours: `${plain(percent)} %`,
      target: '≤ 1 %',
      ok: percent <= 1,
    }),
  ];
}

async function transactions(url: string): Promise<number> {
  const sql = 'select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()';
  const [found] = await query<{ count: string }>(url, sql);
  return Number(found?.count);
}
