import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import type { ForwarderHandlers } from '../processes/forwarder.ts';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain } from '../support/numbers.ts';
import { processorSeconds, wakeUps } from '../support/processes.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startRemote } from '../support/remote.ts';
import { startTelegram } from '../support/sandbox.ts';

/** What the product costs while nothing happens, and a pg-boss worker that idles at the same time. */
export const idle: Figure = { name: 'idle', run };

async function run(bench: Bench): Promise<Row[]> {
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('off');
  const ours = await server.create('ours');
  const product = await startProduct({
    env: productEnv(ours, telegram.apiRoot),
    output: join(directory, 'product.log'),
  });
  const theirs = await server.create('theirs');
  const boss = startRemote<ForwarderHandlers>(new URL('../processes/forwarder.ts', import.meta.url));
  await boss.call('start', { apiRoot: telegram.apiRoot, chatId: SEED.supportTeam, databaseUrl: theirs });
  // Connections and what is done once after a start must be over; PostgreSQL counts with ten seconds' delay.
  await wait(12_000);
  const seconds = bench.quick ? 8 : 30;
  const ourEnd = await measure(product.pid, ours, seconds);
  const theirEnd = await measure(boss.pid, theirs, seconds);
  await wait(seconds * 1000);
  const our = await ourEnd();
  const their = await theirEnd();

  const compared = (name: string, figure: (used: Used) => number, unit: string, most: number): Row =>
    row(name, {
      ours: `${plain(figure(our))}${unit}`,
      baseline: `${plain(figure(their))}${unit}`,
      ratio: plain(figure(our) / figure(their)),
      target: `≤ ${most}${unit}`,
      ok: figure(our) <= most,
    });
  return [
    compared(
      'Idle: queries a second (every one its own transaction), against an idle pg-boss worker',
      (used) => used.queries,
      '',
      3,
    ),
    compared('Idle: times a second the main thread wakes up, against the same', (used) => used.wakeUps, '', 10),
    compared(
      `Idle: processor time of the Node process over ${seconds} s, against the same`,
      (used) => used.processor * 100,
      ' %',
      1,
    ),
  ];
}

/** Each a second. */
type Used = Readonly<{ queries: number; wakeUps: number; processor: number }>;

/** Begins to measure; what is returned ends it. */
async function measure(pid: number, url: string, seconds: number): Promise<() => Promise<Used>> {
  const before = { transactions: await transactions(url), wakeUps: wakeUps(pid), processor: processorSeconds(pid) };
  return async () => ({
    wakeUps: (wakeUps(pid) - before.wakeUps) / seconds,
    processor: (processorSeconds(pid) - before.processor) / seconds,
    // Reading the count is a transaction of the same database.
    queries: ((await transactions(url)) - before.transactions - 1) / seconds,
  });
}

async function transactions(url: string): Promise<number> {
  const sql = 'select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()';
  const [found] = await query<{ count: string }>(url, sql);
  return Number(found?.count);
}
