import { join } from 'node:path';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { connect, type Db } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createLog } from '../../src/log.ts';
import * as personStore from '../../src/people/person-store.ts';
import * as signInStore from '../../src/people/sign-in-store.ts';
import { createPass } from '../../src/stats/hours-job.ts';
import { chromiumPath, noChromium, openBrowser } from '../../test/support/browser.ts';
import type { ExporterHandlers } from '../processes/exporter.ts';
import type { LoadHandlers } from '../processes/load.ts';
import { alertWebhook, signed } from '../support/bodies.ts';
import { type BenchServer, query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { firstPaint } from '../support/first-paint.ts';
import { median, plain, quantile, spread } from '../support/numbers.ts';
import { type Product, productEnv, startProduct } from '../support/product.ts';
import { startRemote } from '../support/remote.ts';
import { startTelegram, type Telegram } from '../support/sandbox.ts';
import { fillWithHistory } from '../support/statistics.ts';

/**
 * What leads ask for, by how many incidences there are: `/stats` with its picture, the dashboard, an export. Filling the
 * databases takes most of the time; BENCH_STATS_DIR names a directory in which they are kept for the next run.
 */
export const stats: Figure = { name: 'stats', run };

const commands = {
  week: { text: '/stats 7d', targetMs: 150 },
  quarter: { text: '/stats 90d agent', targetMs: 1_000 },
  weekOfFriction: { text: '/stats 7d friction', targetMs: undefined },
  quarterOfFriction: { text: '/stats 90d friction', targetMs: 1_000 },
} as const;
type Command = keyof typeof commands;

type Measured = Readonly<
  Record<Command, readonly number[]> & { drawn: readonly number[]; dashboard: readonly number[] }
>;

async function run(bench: Bench): Promise<Row[]> {
  const sizes = bench.quick ? [1_000, 5_000, 20_000] : [10_000, 1_000_000, 10_000_000];
  const rounds = bench.quick ? 10 : 50;
  const server = await startServer({ keptIn: process.env['BENCH_STATS_DIR'] });
  const rows: Row[] = [];
  let smallest: Measured | undefined;
  for (const [index, size] of sizes.entries()) {
    const url = await prepare(bench, server, size);
    const telegram = await startTelegram('off');
    const product = await startProduct({
      env: { ...productEnv(url, telegram.apiRoot), RETENTION_DAYS: '3650' },
      output: join(await temporaryDirectory(), 'product.log'),
      unlimited: true,
    });
    const measured = await measure({ url, telegram, product }, rounds);
    const measuredRows = rowsOf(size, measured, smallest);
    if (index === 1) {
      measuredRows.push(await measurePaint(bench, { url, product }, size));
      measuredRows.push(...(await measureIntake(bench, { telegram, product })));
    }
    await product.stop();
    if (index === 1) measuredRows.push(...(await measureExport(url, size)));
    // As they come: all of it takes long.
    for (const { figure, ours, ratio } of measuredRows) bench.say(`${figure}: ${ours} ${ratio}`);
    rows.push(...measuredRows);
    smallest ??= measured;
  }
  return rows;
}

/** What `90d` and the days before it need. */
const countedDays = 182;

/** The address of a database with so many incidences, and the hours of them that are asked for. */
async function prepare(bench: Bench, server: BenchServer, size: number): Promise<string> {
  const name = `stats_${size}`;
  const url = (await server.find(name)) ?? (await fill(bench, server, name, size));
  const db = connect(url, { role: 'bench', connections: 2, log: createLog('silent', { pretty: false }) });
  try {
    // What was kept may be of an earlier version.
    await migrate(db);
    const begun = performance.now();
    await countHours(db);
    await query(url, markOlderHours, [countedDays]);
    await query(url, 'vacuum analyze stats_hours');
    bench.say(`counted the hours of ${name} in ${plain((performance.now() - begun) / 1000)} s`);
  } finally {
    await db.destroy();
  }
  return url;
}

/** By the chore that does it in the product, the newest first. */
async function countHours(db: Db): Promise<void> {
  const enough = new AbortController();
  const oldest = new Date(Date.now() - countedDays * 86_400_000);
  const rest = async () => {
    const last = await db
      .selectFrom('statsHours')
      .select('begins')
      .where('grouping', '=', 'all')
      .orderBy('begins')
      .executeTakeFirst();
    if (last && last.begins < oldest) enough.abort();
  };
  const pass = createPass({ db, zone: 'UTC', businessHours: 'always', now: () => new Date() }, rest);
  while (!(await pass(enough.signal))) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** Nothing that is measured reads them, and the product would count them meanwhile: for minutes, or for an hour. */
const markOlderHours = `
  insert into stats_hours (grouping, begins, ends, name, counts, durations)
  select 'all', begins, begins + interval '1 hour', '', '{0,0,0,0,0}', ''
  from generate_series((select date_trunc('hour', at) from incidence_history order by id limit 1),
    date_trunc('hour', now() - make_interval(days => $1)), interval '1 hour') begins
  on conflict do nothing`;

/** Under its name only once it is whole. */
async function fill(bench: Bench, server: BenchServer, name: string, size: number): Promise<string> {
  await server.drop('filling');
  const url = await server.create('filling');
  const db = connect(url, { role: 'bench', connections: 1, log: createLog('silent', { pretty: false }) });
  await migrate(db).finally(() => db.destroy());
  const begun = performance.now();
  await fillWithHistory(url, size);
  bench.say(`filled ${name} in ${plain((performance.now() - begun) / 1000)} s`);
  await server.rename('filling', name);
  return (await server.find(name)) ?? '';
}

type Running = Readonly<{ telegram: Telegram; product: Product }>;
type Cookie = Readonly<{ name: string; value: string }>;

async function measure({ url, telegram, product }: Running & { url: string }, rounds: number): Promise<Measured> {
  const ask = (name: Command) => repeat(rounds, () => telegram.call('ask', commands[name].text));
  const session = await signIn(url);
  return {
    week: await ask('week'),
    drawn: await repeat(rounds, (round) => telegram.call('ask', weekBefore(round))),
    quarter: await ask('quarter'),
    weekOfFriction: await ask('weekOfFriction'),
    quarterOfFriction: await ask('quarterOfFriction'),
    dashboard: await repeat(rounds, () => openDashboard(product, session)),
  };
}

async function repeat(rounds: number, work: (round: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  // The first ones warm up.
  for (let round = -3; round < rounds; round += 1) {
    const ms = await work(round);
    if (round >= 0) times.push(ms);
  }
  return times;
}

/** Seven days that end so many days ago: another picture each time. */
function weekBefore(round: number): string {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  return `/stats ${day(round + 17)}..${day(round + 11)}`;
}

/** The cookie of somebody who may see the dashboard. */
async function signIn(url: string): Promise<Cookie> {
  const db = connect(url, { role: 'bench', connections: 1, log: createLog('silent', { pretty: false }) });
  try {
    const carla = { telegramId: SEED.carla, firstName: 'Carla', lastName: null, username: null };
    const { id: personId } = await personStore.upsert(db, carla, new Date());
    return { name: 'bellhop_session', value: await signInStore.issue(db, { kind: 'session', personId }, new Date()) };
  } finally {
    await db.destroy();
  }
}

/** The first page of the dashboard, all of it; resolves with how long (ms) that took. */
async function openDashboard({ port }: Product, { name, value }: Cookie): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(dashboardOf(port), { headers: { cookie: `${name}=${value}` } });
  const page = await answer.text();
  if (answer.status !== 200) throw new Error(`the dashboard was answered ${answer.status}: ${page.slice(0, 200)}`);
  return performance.now() - begun;
}

/** In a browser that keeps nothing from one round to the next. */
async function measurePaint(
  bench: Bench,
  { url, product }: Readonly<{ url: string; product: Product }>,
  size: number,
): Promise<Row> {
  const figure = `First paint of the dashboard in Chromium, among ${size.toLocaleString('en')} incidences`;
  if (!chromiumPath) return row(figure, { ours: noChromium, target: '≤ 1000 ms' });
  const address = dashboardOf(product.port);
  const browser = await openBrowser({ viewport: { width: 390, height: 844 } });
  await browser.context.addCookies([{ ...(await signIn(url)), url: address }]);
  const page = await browser.context.newPage();
  const devtools = await browser.context.newCDPSession(page);
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  const paints = await repeat(bench.quick ? 5 : 30, () => firstPaint(page, address));
  await browser.close();
  const slowest = Math.max(...paints);
  return row(figure, { ours: spread(paints, ' ms'), target: '≤ 1000 ms', ok: slowest <= 1000 });
}

function dashboardOf(port: number): string {
  return `http://127.0.0.1:${port}/dashboard`;
}

function rowsOf(size: number, measured: Measured, smallest: Measured | undefined): Row[] {
  const among = `among ${size.toLocaleString('en')} incidences, p95`;
  const compare = (what: string, pick: (of: Measured) => readonly number[], targetMs?: number): Row => {
    const [ours, theirs] = [quantile(pick(measured), 0.95), quantile(pick(smallest ?? measured), 0.95)];
    return row(`${what}, ${among}`, {
      ours: `${plain(ours)} ms`,
      ...(smallest ? { baseline: `${plain(theirs)} ms`, ratio: plain(ours / theirs) } : {}),
      ...(targetMs === undefined ? {} : { target: `≤ ${targetMs} ms`, ok: ours <= targetMs }),
    });
  };
  return [
    ...Object.entries(commands).map(([name, { text, targetMs }]) =>
      compare(`${text} typed → answered`, (of) => of[name as Command], targetMs),
    ),
    compare('/stats of another week each time, so that each picture is drawn', ({ drawn }) => drawn, 150),
    compare('The first page of the dashboard', ({ dashboard }) => dashboard, 200),
  ];
}

/** Webhooks at a steady pace, while nobody asks and while somebody asks without a pause; in turns. */
async function measureIntake(bench: Bench, { telegram, product }: Running): Promise<Row[]> {
  const loader = startRemote<LoadHandlers>(new URL('../processes/load.ts', import.meta.url));
  const load = () => ({
    port: product.port,
    path: '/api/v1/chatwoot/webhook',
    body: alertWebhook,
    connections: 20,
    pauseMs: 200,
    ms: bench.quick ? 1_000 : 10_000,
    headers: signed(alertWebhook),
  });
  const alone: number[] = [];
  const beside: number[] = [];
  let asked = 0;
  for (let round = -1; round < (bench.quick ? 2 : 5); round += 1) {
    const quiet = await loader.call('post', load());
    const posting = loader.call('post', load());
    let isOver = false;
    void posting.finally(() => (isOver = true));
    while (!isOver) await telegram.call('ask', weekBefore((asked += 1) % 500));
    const busy = await posting;
    if (round < 0) continue;
    alone.push(quiet.p99);
    beside.push(busy.p99);
  }
  await loader.stop();
  const ratio = median(beside) / median(alone);
  return [
    row('Webhooks, 100 a second: p99 of the answer while /stats is asked without a pause, against without', {
      ours: spread(beside, ' ms'),
      baseline: spread(alone, ' ms'),
      ratio: plain(ratio),
      target: '≤ 1.5',
      ok: ratio <= 1.5,
    }),
  ];
}

async function measureExport(url: string, size: number): Promise<Row[]> {
  const exporter = startRemote<ExporterHandlers>(new URL('../processes/exporter.ts', import.meta.url));
  const { ms, bytes } = await exporter.call('exportAll', url);
  await exporter.stop();
  const seconds = ms / 1000;
  const megabytes = bytes / 1e6;
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
