import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../src/database/embedded/free-port.ts';
import type { Posted } from '../processes/poster.ts';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain } from '../support/numbers.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { conversationOf, startTelegram } from '../support/sandbox.ts';
import { findKept, postStorm, untilDone } from '../support/storm.ts';

/** SIGKILL again and again at random instants while alerts keep coming: nothing lost, doubled at most what was being sent. */
export const kill: Figure = { name: 'kill', run };

async function run(bench: Bench): Promise<Row[]> {
  const kills = bench.quick ? 10 : 100;
  const count = bench.quick ? 2_000 : 20_000;
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('off');
  const databaseUrl = await server.create('ours');
  const port = await freePort();
  const start = () =>
    startProduct({
      env: { ...productEnv(databaseUrl, telegram.apiRoot), PORT: String(port) },
      output: join(directory, 'product.log'),
      unlimited: true,
    });

  let product = await start();
  // Critical, for those never fold: each must come as a card of its own.
  const storm = { port, from: 1, count, criticalEvery: 1, perSecond: count / (kills * 1.6), atOnce: 500, insist: true };
  const posting = postStorm(storm);
  for (let killed = 1; killed <= kills; killed += 1) {
    await wait(Math.random() * 1_500);
    await product.stop('SIGKILL');
    product = await start();
    if (killed % 10 === 0) bench.say(`kill: ${killed} of ${kills}`);
  }
  const posted = await posting;
  await untilDone(databaseUrl, 300_000);
  const sends = (await telegram.call('sends')).filter(
    (one) => one.method === 'sendMessage' && one.errorCode === undefined,
  );
  const missing = await countMissing(databaseUrl, posted);
  const { open, carded } = await findKept(databaseUrl);

  const cards = Map.groupBy(sends, ({ text }) => conversationOf(text));
  cards.delete(undefined);
  const unseen = posted.filter(({ conversation }) => !cards.has(conversation)).length;
  const doubles = [...cards.values()].reduce((sum, copies) => sum + copies.length - 1, 0);
  const lost = Math.max(missing, unseen, open - carded);
  return [
    row(`${kills} SIGKILLs during ${plain(count)} alerts: lost (not stored, or never shown)`, {
      ours: plain(lost),
      target: '0',
      ok: lost === 0,
    }),
    row(`${kills} SIGKILLs during ${plain(count)} alerts: cards sent twice`, {
      ours: plain(doubles),
      target: `≤ ${kills}`,
      ok: doubles <= kills,
    }),
  ];
}

/** Accepted alerts without an incidence. */
async function countMissing(databaseUrl: string, posted: readonly Posted[]): Promise<number> {
  const rows = await query<{ id: string }>(databaseUrl, 'select external_id as id from incidences');
  const known = new Set(rows.map(({ id }) => id));
  return posted.filter(({ conversation }) => !known.has(String(conversation))).length;
}
