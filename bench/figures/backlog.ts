import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../src/database/connect.ts';
import * as deliveryStore from '../../src/delivery/delivery-store.ts';
import { createLog } from '../../src/log.ts';
import { SEED } from '../../src/sandbox/seed.ts';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { median, plain } from '../support/numbers.ts';
import { residentMegabytes } from '../support/processes.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startTelegram } from '../support/sandbox.ts';
import { postStorm } from '../support/storm.ts';

/** A million deliveries waiting: what the process keeps in memory, and what finding the next one costs. */
export const backlog: Figure = { name: 'backlog', run };

const few = 1_000;
const lanes = 10;

async function run(bench: Bench): Promise<Row[]> {
  const many = bench.quick ? 100_000 : 1_000_000;
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('realistic');
  const url = await server.create('ours');
  const options = { env: productEnv(url, telegram.apiRoot), output: join(directory, 'product.log') };
  const first = await startProduct(options);
  await postStorm({
    port: first.port,
    from: 1,
    count: 1,
    criticalEvery: 1,
    perSecond: undefined,
    atOnce: 1,
    insist: true,
  });
  await first.stop();

  await fill(url, few);
  const withFew = await timeChoice(url, bench);
  await fill(url, many - few);
  const withMany = await timeChoice(url, bench);
  const product = await startProduct(options);
  let megabytes = 0;
  for (let second = 0; second < (bench.quick ? 10 : 30); second += 1) {
    await wait(1_000);
    megabytes = Math.max(megabytes, residentMegabytes(product.pid));
  }

  return [
    row(`Choosing the next of ${plain(many)} waiting deliveries in ${lanes} lanes, against ${plain(few)} waiting`, {
      ours: `${plain(withMany)} ms`,
      baseline: `${plain(withFew)} ms`,
      ratio: plain(withMany / withFew),
      target: '≤ 1.5',
      ok: withMany / withFew <= 1.5,
    }),
    row(`Resident memory of the Node process with ${plain(many)} deliveries waiting, at its highest`, {
      ours: `${plain(megabytes)} MB`,
      target: '≤ 200 MB',
      ok: megabytes <= 200,
    }),
  ];
}

/** Wishes for cards as a storm leaves them behind, of one incidence since only their number matters here. */
async function fill(url: string, count: number): Promise<void> {
  await query(
    url,
    `insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
     select 'telegram:' || ($2::bigint - n % $3), 'send_card', 'bench:' || gen_random_uuid(), (select min(id) from incidences),
            jsonb_build_object('chatId', $2::bigint - n % $3, 'threadId', null), n % 4, now(), now()
     from generate_series(1, $1::bigint) n`,
    [count, SEED.supportTeam, lanes],
  );
  await query(url, 'vacuum analyze deliveries');
}

/** Milliseconds (median) of the query that the sender runs before every message. */
async function timeChoice(url: string, bench: Bench): Promise<number> {
  const db = connect(url, { role: 'bench', connections: 1, log: createLog('warn', { pretty: false }) });
  const times: number[] = [];
  for (let round = 0; round < (bench.quick ? 100 : 500); round += 1) {
    const begun = performance.now();
    const found = await deliveryStore.findNextPerLane(db, [], new Date());
    times.push(performance.now() - begun);
    if (found.length !== lanes) throw new Error(`${found.length} lanes have something to say, not ${lanes}`);
  }
  await db.destroy();
  return median(times);
}
