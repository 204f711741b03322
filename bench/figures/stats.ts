import { join } from 'node:path';
import { connect, type Db } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { csvHead, csvRows } from '../../src/exports/csv.ts';
import * as exportStore from '../../src/exports/export-store.ts';
import { inTemporaryDirectory, writeParts } from '../../src/exports/files.ts';
import { createLog } from '../../src/log.ts';
import { createPass } from '../../src/stats/hours-job.ts';
import { type BenchServer, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain, quantile } from '../support/numbers.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startTelegram } from '../support/sandbox.ts';
import { fillWithHistory } from '../support/statistics.ts';

/** `/stats` as people ask for it, and an export, by how many incidences there are. */
export const stats: Figure = { name: 'stats', run };

/** What `90d` and the days before it need. */
const countedDays = 182;

async function run(bench: Bench): Promise<Row[]> {
  const sizes = bench.quick ? [1_000, 20_000] : [10_000, 1_000_000, 10_000_000];
  const rounds = bench.quick ? 10 : 50;
  const server = await startServer();
  const rows: Row[] = [];
  let baseline: Measured | undefined;
  for (const size of sizes) {
    bench.say(`filling a database with ${size.toLocaleString('en')} incidences`);
    const measured = await measure(server, size, rounds);
    const compare = (command: 'week' | 'quarter', targetMs: number) => {
      const [ours, theirs] = [quantile(measured[command], 0.95), quantile((baseline ?? measured)[command], 0.95)];
      const name = command === 'week' ? '/stats 7d' : '/stats 90d agent';
      return row(`${name} typed → answered, among ${size.toLocaleString('en')} incidences, p95`, {
        ours: `${plain(ours)} ms`,
        ...(baseline ? { baseline: `${plain(theirs)} ms`, ratio: plain(ours / theirs) } : {}),
        target: `≤ ${targetMs} ms`,
        ok: ours <= targetMs,
      });
    };
    rows.push(compare('week', 150), compare('quarter', 1_000));
    rows.push(row(`Counting the hours before, rested as long`, { ours: `${plain(measured.hoursPerSecond)} hours/s` }));
    if (size === sizes[1]) rows.push(...exportRows(size, measured));
    baseline ??= measured;
  }
  return rows;
}

function exportRows(size: number, { exported }: Measured): Row[] {
  const { seconds, megabytes } = exported;
  const what = `Export of ${size.toLocaleString('en')} incidences`;
  return [
    row(`${what}: read and written as CSV`, { ours: `${plain(seconds)} s`, target: '≤ 60 s', ok: seconds <= 60 }),
    row(`${what}: memory above that before`, {
      ours: `${plain(megabytes)} MB`,
      target: '≤ 150 MB',
      ok: megabytes <= 150,
    }),
  ];
}

type Measured = Readonly<{
  week: number[];
  quarter: number[];
  hoursPerSecond: number;
  exported: Readonly<{ seconds: number; megabytes: number }>;
}>;

async function measure(server: BenchServer, size: number, rounds: number): Promise<Measured> {
  const url = await server.create(`stats_${size}`);
  const db = connect(url, { role: 'bench', connections: 2, log: createLog('silent', { pretty: false }) });
  let hoursPerSecond = 0;
  let exported: Measured['exported'];
  try {
    await migrate(db);
    await fillWithHistory(url, size);
    hoursPerSecond = await countHours(db);
    exported = await exportAll(db);
  } finally {
    await db.destroy();
  }
  const telegram = await startTelegram('off');
  const product = await startProduct({
    env: productEnv(url, telegram.apiRoot),
    output: join(await temporaryDirectory(), 'product.log'),
    unlimited: true,
  });
  const ask = async (command: string) => {
    const times: number[] = [];
    // The first ones warm up.
    for (let round = -3; round < rounds; round += 1) {
      const ms = await telegram.call('ask', command);
      if (round >= 0) times.push(ms);
    }
    return times;
  };
  const week = await ask('/stats 7d');
  const quarter = await ask('/stats 90d agent');
  await product.stop();
  return { week, quarter, hoursPerSecond, exported };
}

/** Those that the commands need, by the chore that does it in the product. */
async function countHours(db: Db): Promise<number> {
  const done = new AbortController();
  const begun = performance.now();
  let hours = 0;
  const rest = async (ms: number) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    hours += 3;
    if (hours > countedDays * 24) done.abort();
  };
  const pass = createPass({ db, zone: 'UTC', businessHours: 'always', now: () => new Date() }, rest);
  while (!(await pass(done.signal))) await new Promise((resolve) => setTimeout(resolve, 100));
  return hours / ((performance.now() - begun) / 1000);
}

async function exportAll(db: Db): Promise<Measured['exported']> {
  const before = process.memoryUsage.rss();
  const begun = performance.now();
  let highest = before;
  async function* chunks() {
    const span = { from: new Date(0), to: new Date() };
    for await (const rows of exportStore.readOpened(db, span, 'UTC')) {
      highest = Math.max(highest, process.memoryUsage.rss());
      yield csvRows(rows);
    }
  }
  await inTemporaryDirectory((directory) =>
    writeParts(directory, { head: csvHead(exportStore.exportedColumns), chunks: chunks() }),
  );
  return { seconds: (performance.now() - begun) / 1000, megabytes: (highest - before) / 1e6 };
}
