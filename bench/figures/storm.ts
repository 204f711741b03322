import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import type { ForwarderHandlers } from '../processes/forwarder.ts';
import type { Posted } from '../processes/poster.ts';
import { type BenchServer, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain, quantile } from '../support/numbers.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startRemote } from '../support/remote.ts';
import { conversationOf, startTelegram, type Telegram } from '../support/sandbox.ts';
import { findKept, postStorm } from '../support/storm.ts';

/**
 * 10,000 alerts in a minute into one group that takes 20 messages a minute, one in a hundred critical; beside a plain
 * forwarder and pg-boss under the same storm, each with its own Telegram.
 */
export const storm: Figure = { name: 'storm', run };

const criticalEvery = 100;
const secondsPerCritical = 3;
const graceSeconds = 5;

type Size = Readonly<{ count: number; seconds: number; patienceSeconds: number }>;
type Weathered = Readonly<{
  posted: readonly Posted[];
  /** How many seconds after its own allowance the latest critical came; Infinity for one that did not come. */
  lateSeconds: number;
  shownCriticals: number;
  premature: number;
  refused: number;
  lost: number;
}>;

async function run(bench: Bench): Promise<Row[]> {
  const count = bench.quick ? 1_000 : 10_000;
  const criticals = count / criticalEvery;
  const size = {
    count,
    seconds: count / 167,
    patienceSeconds: criticals * secondsPerCritical + graceSeconds + 15,
  };
  const directory = await temporaryDirectory();
  const server = await startServer();
  const settled = Promise.withResolvers<void>();
  const mine = weatherOurs(size, server, join(directory, 'product.log'), bench, settled.resolve);
  // The others begin when our storm has come in, so that they do not slow its answers.
  await settled.promise;
  const [ours, plainForwarder, boss] = await Promise.all([
    mine,
    weatherTheirs(size, undefined),
    weatherTheirs(size, await server.create('boss')),
  ]);
  return rowsOf(size, ours, plainForwarder, boss);
}

async function weatherOurs(size: Size, server: BenchServer, output: string, bench: Bench, settled: () => void) {
  const telegram = await startTelegram('realistic');
  const databaseUrl = await server.create('ours');
  const product = await startProduct({ env: productEnv(databaseUrl, telegram.apiRoot), output });
  const pressing = pressEverySecond(telegram);
  const posted = await postStorm({ port: product.port, ...stormOf(size), insist: true });
  settled();
  bench.say(
    `storm: ${posted.length} alerts posted, answers p99 ${plain(
      quantile(
        posted.map(({ ms }) => ms),
        0.99,
      ),
    )} ms`,
  );
  await untilAllShown(telegram, size);
  const presses = await pressing.end();
  const { open, carded, waiting } = await findKept(databaseUrl);
  const weathered = await judge(telegram, posted, Math.max(size.count - open, open - carded - waiting));
  bench.say(`storm: ${carded} cards, ${waiting} waiting or folded, ${presses.length} presses`);
  return { ...weathered, presses };
}

async function weatherTheirs(size: Size, databaseUrl: string | undefined): Promise<Weathered> {
  const telegram = await startTelegram('realistic');
  const forwarder = startRemote<ForwarderHandlers>(new URL('../processes/forwarder.ts', import.meta.url));
  const settings = { apiRoot: telegram.apiRoot, chatId: SEED.supportTeam, ...(databaseUrl && { databaseUrl }) };
  const port = await forwarder.call('start', settings);
  const posted = await postStorm({ port, path: '/alerts', ...stormOf(size), insist: false });
  if (databaseUrl) await untilAllShown(telegram, size);
  const accepted = posted.filter(({ status }) => status === 200).length;
  const weathered = await judge(telegram, posted, size.count - accepted);
  return weathered;
}

function stormOf({ count, seconds }: Size) {
  return { from: 1, count, criticalEvery, perSecond: count / seconds, atOnce: 5_000 };
}

/** The k-th critical may come 3 s × k after it was posted, and 5 s. */
async function judge(telegram: Telegram, posted: readonly Posted[], lost: number): Promise<Weathered> {
  const sends = await telegram.call('sends');
  const shownAt = new Map<number, number>();
  for (const { method, at, errorCode, text } of sends) {
    const conversation = conversationOf(text);
    if (method !== 'sendMessage' || errorCode !== undefined || conversation === undefined) continue;
    if (!shownAt.has(conversation)) shownAt.set(conversation, at);
  }
  const criticals = posted.filter(({ isCritical }) => isCritical);
  const late = criticals.map(({ conversation, at }, index) => {
    const after = ((shownAt.get(conversation) ?? Infinity) - at) / 1000;
    return after - secondsPerCritical * (index + 1);
  });
  return {
    posted,
    lateSeconds: Math.max(...late),
    shownCriticals: criticals.filter(({ conversation }) => shownAt.has(conversation)).length,
    premature: await telegram.call('premature'),
    refused: sends.filter(({ errorCode }) => errorCode === 429).length,
    lost,
  };
}

/** Until every critical came, or none can be in time any more. */
async function untilAllShown(telegram: Telegram, { count, patienceSeconds }: Size): Promise<void> {
  const endAt = Date.now() + patienceSeconds * 1000;
  const wanted = count / criticalEvery;
  while (Date.now() < endAt) {
    const sends = await telegram.call('sends');
    const shown = sends.filter(({ errorCode, text }) => errorCode === undefined && /CRITICAL/.test(text));
    if (new Set(shown.map(({ text }) => conversationOf(text))).size >= wanted) return;
    await wait(1_000);
  }
}

function pressEverySecond(telegram: Telegram) {
  const presses: (number | undefined)[] = [];
  let ended = false;
  const pressing = (async () => {
    while (!ended) {
      await wait(1_000);
      if ((await telegram.call('countSends')) > 0) presses.push(await telegram.call('press'));
    }
  })();
  return {
    end: async () => {
      ended = true;
      await pressing;
      return presses;
    },
  };
}

function rowsOf(
  size: Size,
  ours: Weathered & { presses: readonly (number | undefined)[] },
  forwarder: Weathered,
  boss: Weathered,
): Row[] {
  const name = `Storm, ${plain(size.count)} alerts in ${plain(size.seconds)} s into a group at 20/min`;
  const criticals = size.count / criticalEvery;
  const both = (read: (weathered: Weathered) => string) => `forwarder ${read(forwarder)}; pg-boss ${read(boss)}`;
  const late = ({ lateSeconds, shownCriticals }: Weathered) =>
    Number.isFinite(lateSeconds)
      ? `${plain(lateSeconds)} s`
      : `${criticals - shownCriticals} of ${criticals} did not come`;
  const answered = ours.presses.filter((ms) => ms !== undefined);
  const p99 = answered.length < ours.presses.length ? Infinity : quantile(answered, 0.99);
  return [
    row(`${name}: the latest critical, beyond 3 s × k after it came`, {
      ours: late(ours),
      baseline: both(late),
      target: `≤ ${graceSeconds} s`,
      ok: ours.lateSeconds <= graceSeconds,
    }),
    row(`${name}: sent before a pause was over`, {
      ours: plain(ours.premature),
      baseline: both(({ premature }) => plain(premature)),
      target: '0',
      ok: ours.premature === 0,
    }),
    row(`${name}: refused with 429`, {
      ours: plain(ours.refused),
      baseline: both(({ refused }) => plain(refused)),
      target: '≤ 3',
      ok: ours.refused <= 3,
    }),
    row(`${name}: lost`, {
      ours: plain(ours.lost),
      baseline: both(({ lost }) => plain(lost)),
      target: '0',
      ok: ours.lost === 0,
    }),
    row(`${name}: a button's answer meanwhile, p99 of ${ours.presses.length}`, {
      ours: `${plain(p99)} ms`,
      target: '≤ 200 ms',
      ok: p99 <= 200,
    }),
  ];
}
