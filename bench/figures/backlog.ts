import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../src/database/connect.ts';
import * as deliveryStore from '../../src/delivery/delivery-store.ts';
import { createLog } from '../../src/log.ts';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { median, plain } from '../support/numbers.ts';
import { residentMegabytes } from '../support/processes.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startTelegram } from '../support/sandbox.ts';

/** A million deliveries waiting: what the process keeps in memory, and what finding the next one costs. */
export const backlog: Figure = { name: 'backlog', run };

const few = 1_000;
const groups = Array.from({ length: 10 }, (_, index) => SEED.supportTeam * 10 - index);

async function run(bench: Bench): Promise<Row[]> {
  const many = bench.quick ? 100_000 : 1_000_000;
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('realistic');
  await telegram.call('addGroups', groups);
  const url = await server.create('ours');
  const options = { env: productEnv(url, telegram.apiRoot), output: join(directory, 'product.log') };
  // Migrates.
  await (await startProduct(options)).stop();

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
    row(
      `Choosing the next of ${plain(many)} waiting deliveries in ${groups.length} lanes, against ${plain(few)} waiting`,
      {
        ours: `${plain(withMany)} ms`,
        baseline: `${plain(withFew)} ms`,
        ratio: plain(withMany / withFew),
        target: '≤ 1.5',
        ok: withMany / withFew <= 1.5,
      },
    ),
    row(`Resident memory of the Node process with ${plain(many)} deliveries waiting, at its highest`, {
      ours: `${plain(megabytes)} MB`,
      target: '≤ 200 MB',
      ok: megabytes <= 200,
    }),
  ];
}

/** Incidences that each wait for a card, spread over the groups, as after a day without Telegram. */
async function fill(url: string, count: number): Promise<void> {
  await query(
    url,
    `with opened as (
       insert into incidences (source, kind, account, external_id, status, severity, reason, customer_name, message,
                               happened_at, opened_at, updated_at)
       select 'alert', 'conversation', 'bench', gen_random_uuid(), 'open',
              (array['critical', 'high', 'medium', 'low'])[1 + n % 4], 'PAYMENT_ISSUE', 'John Doe', 'Where is my payment?',
              now(), now(), now()
       from generate_series(1, $1::bigint) n
       returning id, severity
     )
     insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
     select 'telegram:' || chat_id, 'send_card', 'incidence:' || id, id,
            jsonb_build_object('chatId', chat_id, 'threadId', null),
            array_position(array['critical', 'high', 'medium', 'low'], severity) - 1, now(), now()
     from (select id, severity, ($2::bigint[])[1 + (id / 4) % $3] as chat_id from opened) as wished`,
    [count, groups, groups.length],
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
    if (found.length !== groups.length) throw new Error(`${found.length} lanes have something to say`);
  }
  await db.destroy();
  return median(times);
}
