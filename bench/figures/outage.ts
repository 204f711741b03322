import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain } from '../support/numbers.ts';
import { residentMegabytes } from '../support/processes.ts';
import { type Product, productEnv, secrets, startProduct } from '../support/product.ts';
import { startRelay } from '../support/relay.ts';
import { preciseNow } from '../support/remote.ts';
import { startTelegram, type Telegram } from '../support/sandbox.ts';
import { findKept, postStorm } from '../support/storm.ts';

/** Telegram is down while as many alerts come as an hour brings: memory stays flat, nothing is lost, criticals go first. */
export const outage: Figure = { name: 'outage', run };

const perSecond = 300;
const warmUps = 5;
/** How many of the first cards afterwards are examined. */
const firstCards = 10;

type Sample = Readonly<{ at: number; megabytes: number; ready: number; reason: string }>;

async function run(bench: Bench): Promise<Row[]> {
  const count = bench.quick ? 2_000 : 36_000;
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('realistic');
  const way = await startRelay(telegram.apiRoot);
  const databaseUrl = await server.create('ours');
  const product = await startProduct({
    env: productEnv(databaseUrl, way.url),
    output: join(directory, 'product.log'),
  });
  const post = { port: product.port, atOnce: 5_000, perSecond, insist: true };
  await postStorm({ ...post, from: 1, count: warmUps, criticalEvery: 1 });
  await sent(telegram, 0, warmUps);
  const before = residentMegabytes(product.pid);

  const watching = watch(product);
  const downAt = preciseNow();
  await way.shut();
  const posted = await postStorm({ ...post, from: 1 + warmUps, count, criticalEvery: 100 });
  bench.say(`outage: ${posted.length} alerts accepted in ${plain((preciseNow() - downAt) / 1000)} s`);
  const saidAt = await until(
    watching.samples,
    ({ ready, reason }) => ready === 503 && reason.startsWith('Telegram has not'),
  );
  const backAt = preciseNow();
  const during = [...watching.samples];
  await way.open();
  const first = await sent(telegram, backAt, firstCards);
  const readyAt = await until(watching.samples, ({ at, ready }) => at > backAt && ready === 200);
  await watching.end();

  const { open, carded, waiting } = await findKept(databaseUrl);
  bench.say(`outage: ${open} open, ${carded} with a card, ${waiting} waiting or folded`);
  const lost = Math.max(count + warmUps - open, open - carded - waiting);
  const highest = (from: number, to: number) =>
    Math.max(...during.filter(({ at }) => at >= from && at < to).map(({ megabytes }) => megabytes));
  const halfAt = (downAt + backAt) / 2;
  const most = highest(downAt, backAt);
  const growth = highest(halfAt, backAt) / highest(downAt, halfAt);
  const late = /Shown [^\n]* late/.exec(first[0] ?? '')?.[0];
  const criticals = first.filter((text) => text.includes('CRITICAL')).length;
  const figure = `No Telegram while ${plain(count)} alerts come`;
  return [
    row(`${figure}: resident memory of the Node process at its highest, against before`, {
      ours: `${plain(most)} MB`,
      baseline: `${plain(before)} MB`,
      ratio: plain(most / before),
    }),
    row(`${figure}: the same in the second half, against the first`, {
      ours: `${plain(highest(halfAt, backAt))} MB`,
      baseline: `${plain(highest(downAt, halfAt))} MB`,
      ratio: plain(growth),
      target: '≤ 1.1',
      ok: growth <= 1.1,
    }),
    row(`${figure}: lost`, { ours: plain(lost), target: '0', ok: lost === 0 }),
    row(`${figure}: \`/ready\` answers 503 and says why; 200 once it is back`, {
      ours: `after ${plain((saidAt - downAt) / 1000)} s; ${plain((readyAt - backAt) / 1000)} s`,
    }),
    row(`${figure}: critical, of the first ${firstCards} messages afterwards`, {
      ours: `${criticals}; the first: “${late ?? 'no word of being late'}”`,
      target: `${firstCards}`,
      ok: criticals === firstCards && late !== undefined,
    }),
  ];
}

/** The first new messages since then, when there are so many. */
async function sent(telegram: Telegram, since: number, count: number): Promise<string[]> {
  const endAt = Date.now() + 120_000;
  for (;;) {
    const all = await telegram.call('sends');
    const found = all.filter((one) => one.method === 'sendMessage' && one.errorCode === undefined && one.at >= since);
    if (found.length >= count) return found.slice(0, count).map(({ text }) => text);
    if (Date.now() > endAt) throw new Error(`${found.length} of ${count} messages came`);
    await wait(200);
  }
}

/** Memory and readiness, twice a second. */
function watch({ pid, port }: Product) {
  const samples: Sample[] = [];
  let ended = false;
  const watching = (async () => {
    while (!ended) {
      const response = await fetch(`http://127.0.0.1:${port}/ready`, {
        headers: { authorization: `Bearer ${secrets.alertKey}` },
      });
      const { reasons } = (await response.json()) as { reasons?: string[] };
      const megabytes = residentMegabytes(pid);
      samples.push({ at: preciseNow(), megabytes, ready: response.status, reason: reasons?.join(' ') ?? '' });
      await wait(500);
    }
  })();
  return {
    samples,
    end: async () => {
      ended = true;
      await watching;
    },
  };
}

/** When a sample first was like that. */
async function until(samples: readonly Sample[], isWanted: (sample: Sample) => boolean): Promise<number> {
  const endAt = Date.now() + 120_000;
  for (;;) {
    const found = samples.find(isWanted);
    if (found) return found.at;
    if (Date.now() > endAt) throw new Error(`never ready as expected; at last: ${JSON.stringify(samples.at(-1))}`);
    await wait(200);
  }
}
