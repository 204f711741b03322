import { join } from 'node:path';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createLog } from '../../src/log.ts';
import * as indexStore from '../../src/search/index-store.ts';
import { type BenchServer, query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain, quantile } from '../support/numbers.ts';
import { type Product, productEnv, secrets, startProduct } from '../support/product.ts';
import { startTelegram, type Telegram } from '../support/sandbox.ts';
import { alertPath } from '../support/storm.ts';
import { fillWithYears, questions } from '../support/years.ts';

/** What people ask for, and fifty who press at once, after some years; beside the same after a few days. */
export const lists: Figure = { name: 'lists', run };

const people = 50;
const pressRounds = 10;
const openCommands = ['/open', '/open critical', '/open unacked tawk', '/mine', '/open high unacked'];

type Measured = Readonly<{
  open: number[];
  turned: number[];
  found: number[];
  stats: number[];
  pressed: number[];
  atOnce: number[];
}>;

async function run(bench: Bench): Promise<Row[]> {
  const [many, few] = bench.quick ? [20_000, 1_000] : [1_000_000, 1_000];
  const rounds = bench.quick ? 20 : 200;
  const server = await startServer();
  const small = await measure(server, 'few', few, rounds / 2);
  bench.say(`filling a database with ${many.toLocaleString('en')} incidences`);
  const large = await measure(server, 'many', many, rounds);
  const compare = (what: string, pick: (measured: Measured) => number[], targetMs?: number): Row => {
    const [ours, theirs] = [quantile(pick(large), 0.99), quantile(pick(small), 0.99)];
    return row(`${what}, p99 of ${pick(large).length}, against ${few.toLocaleString('en')}`, {
      ours: `${plain(ours)} ms`,
      baseline: `${plain(theirs)} ms`,
      ratio: plain(ours / theirs),
      ...(targetMs === undefined ? {} : { target: `≤ ${targetMs} ms`, ok: ours <= targetMs }),
    });
  };
  const among = `among ${many.toLocaleString('en')} incidences`;
  return [
    compare(`/open typed → answered, ${among}`, ({ open }) => open, 150),
    compare(`› pressed → the next page, ${among}`, ({ turned }) => turned, 150),
    compare(`/find typed → answered, ${among} with transcripts`, ({ found }) => found, 150),
    compare(`/stats 90d typed → answered, ${among}`, ({ stats }) => stats),
    compare(
      `A button pressed → answered, ${people} people press once a second, ${among}`,
      ({ pressed }) => pressed,
      100,
    ),
    compare(`The same, all ${people} in the same instant`, ({ atOnce }) => atOnce),
    row(`Reading for the search, as after an upgrade`, { ours: `${plain(large.perSecond)} incidences/s` }),
  ];
}

async function measure(
  server: BenchServer,
  name: string,
  incidences: number,
  rounds: number,
): Promise<Measured & { perSecond: number }> {
  const directory = await temporaryDirectory();
  const url = await server.create(name);
  const perSecond = await fill(url, incidences);
  const telegram = await startTelegram('off');
  const product = await startProduct({
    env: productEnv(url, telegram.apiRoot),
    output: join(directory, 'product.log'),
    unlimited: true,
  });
  const asked = await questions(url, rounds);
  const ask = async (commands: readonly string[]): Promise<number[]> => {
    const times: number[] = [];
    for (const command of commands) times.push(await telegram.call('ask', command));
    return times;
  };
  // The first ones warm up.
  await ask([...openCommands, ...asked.slice(0, 10)]);
  const open: number[] = [];
  const turned: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    open.push(...(await ask([openCommands[round % openCommands.length] ?? ''])));
    turned.push(await telegram.call('turnPage'));
  }
  const found = await ask(asked);
  const stats = await ask(Array.from({ length: Math.min(rounds, 20) }, () => '/stats 90d agent'));
  const presses = await press(product, telegram, rounds);
  await product.stop();
  return { open, turned, found, stats, ...presses, perSecond };
}

/** How many incidences the product read for the search a second. */
async function fill(url: string, incidences: number): Promise<number> {
  const db = connect(url, { role: 'bench', connections: 1, log: createLog('silent', { pretty: false }) });
  try {
    await migrate(db);
    await fillWithYears(url, incidences, SEED.supportTeam);
    const { first, last, unread } = await findUnread(url);
    const begun = performance.now();
    const stride = 1_500;
    for (let after = first; after < last; after += stride) {
      const ids = await indexStore.findChanged(db, after, after + stride);
      await db.transaction().execute(async (trx) => {
        await indexStore.lock(trx);
        await indexStore.index(trx, ids, new Date());
      });
    }
    const seconds = (performance.now() - begun) / 1000;
    await indexStore.saveProgress(db, last);
    await query(url, 'vacuum analyze');
    return unread / seconds;
  } finally {
    await db.destroy();
  }
}

/** What of the history the search has not followed: after `first` to `last`. */
async function findUnread(url: string): Promise<Readonly<{ first: number; last: number; unread: number }>> {
  const [found] = await query<Readonly<{ first: number; last: number; unread: number }>>(
    url,
    `select (min(history.id) - 1)::integer as first, max(history.id)::integer as last,
       count(distinct incidence_id)::integer as unread
     from incidence_history history
     where incidence_id > (select max(incidence_id) from incidence_search)`,
  );
  if (!found) throw new Error('nothing is left to be read for the search');
  return found;
}

async function press(
  { port }: Product,
  telegram: Telegram,
  rounds: number,
): Promise<Pick<Measured, 'pressed' | 'atOnce'>> {
  const ids = await telegram.call('addPeople', people);
  for (let conversation = 1; conversation <= people; conversation += 1) {
    const response = await fetch(`http://127.0.0.1:${port}${alertPath}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secrets.alertKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        severity: 'critical',
        reason: 'BENCH',
        conversation_id: `p${conversation}`,
        message: 'x',
      }),
    });
    if (response.status !== 200) throw new Error(`an alert was answered ${response.status}`);
  }
  const measured: Pick<Measured, 'pressed' | 'atOnce'> = { pressed: [], atOnce: [] };
  // Everybody is looked up the first time.
  for (let round = -2; round < Math.min(rounds / 15, pressRounds); round += 1) {
    const atOnce = await telegram.call('pressAll', ids, 0);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const pressed = await telegram.call('pressAll', ids, 1_000);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    if (round >= 0) measured.atOnce.push(...atOnce);
    if (round >= 0) measured.pressed.push(...pressed);
  }
  return measured;
}
