import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createChatwootPeer } from '../../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import { freePort } from '../../src/database/embedded/free-port.ts';
import { atEnd } from '../support/cleanup.ts';
import { startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { median, plain } from '../support/numbers.ts';
import { residentMegabytes } from '../support/processes.ts';
import { type Product, productEnv, secrets, startProduct } from '../support/product.ts';
import { startTelegram, type Telegram } from '../support/sandbox.ts';
import { findLost, findWrong, settle } from '../support/soak-end.ts';
import { startTraffic } from '../support/traffic.ts';

/**
 * Everything at once, for long: alerts, Tawk.to, Chatwoot both ways, presses and kills. Memory is that of a process which
 * is not killed until the last tenth: it stands by, and becomes the sender at the first kill of the other one.
 */
export const soak: Figure = { name: 'soak', run };

const perSecond = 200;
const kills = 12;
/** Of the first process, which is the sender by then; in the last tenth. */
const killsOfSender = 2;
const pressesPerSecond = 2;

async function run(bench: Bench): Promise<Row[]> {
  const seconds = bench.quick ? 120 : 1_200;
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('off');
  const peer = createChatwootPeer();
  await peer.start();
  atEnd(peer.stop);
  const databaseUrl = await server.create('soak');
  const ports = [await freePort(), await freePort()];
  const start = (which: 0 | 1) =>
    startProduct({
      env: {
        ...productEnv(databaseUrl, telegram.apiRoot),
        PORT: String(ports[which]),
        LOG_LEVEL: 'warn',
        CHATWOOT_BASE_URL: peer.baseUrl(),
        CHATWOOT_ACCOUNT_ID: String(peer.accountId),
        CHATWOOT_API_TOKEN: peer.token,
        CHATWOOT_RECONCILE_SECONDS: '20',
      },
      output: join(directory, `product-${which}.log`),
      unlimited: true,
    });
  // Migrates, and leaves compiled code to those that follow, as after the first start everywhere. Those that are killed
  // leave none, and the watched process would keep the compiler for as long as it runs: 18 MB.
  await (await start(0)).stop();
  // The first to be killed is the first sender.
  let killed = await start(1);
  let watched = await start(0);
  peer.addWebhook(`http://127.0.0.1:${ports[1]}/api/v1/chatwoot/webhook`, secrets.chatwoot);

  const begunAt = performance.now();
  const passed = () => (performance.now() - begunAt) / 1000 / seconds;
  const until = (part: number) => wait(Math.max(0, (part - passed()) * seconds * 1000));
  const traffic = startTraffic({ ports, peer, perSecond, seconds });
  const pressing = press(telegram, () => passed() < 1);
  const memory = watch(watched, () => passed() < 0.9, passed);
  const killing = (async () => {
    for (let time = 0; time < kills; time += 1) {
      await until(0.05 + (0.8 * (time + Math.random())) / kills);
      await killed.stop('SIGKILL');
      killed = await start(1);
      bench.say(
        `soak: ${Math.round(passed() * 100)} %, ${plain(residentMegabytes(watched.pid))} MB, ${traffic.accepted.size} accepted`,
      );
    }
    for (let time = 0; time < killsOfSender; time += 1) {
      await until(0.91 + (0.08 * (time + Math.random())) / killsOfSender);
      await watched.stop('SIGKILL');
      watched = await start(0);
    }
  })();
  await Promise.all([traffic.done, killing, pressing]);
  const tookSeconds = (performance.now() - begunAt) / 1000;
  const events = traffic.accepted.size + traffic.atDesk();
  bench.say(`soak: ${plain(events)} events in ${plain(tookSeconds)} s`);

  await settle(databaseUrl, peer);
  const lost = await findLost(databaseUrl, traffic, peer);
  const { wrong, compared } = await findWrong(databaseUrl, { telegram, peer, conversations: traffic.conversations });
  for (const one of [...lost, ...wrong].slice(0, 20)) bench.say(`soak: ${one}`);
  const { answered, all } = await pressing;
  const samples = await memory;
  const between = (from: number, to: number) =>
    samples.filter(({ at }) => at >= from && at < to).map(({ megabytes }) => megabytes);
  const [before, after] = [median(between(0.2, 0.3)), median(between(0.8, 0.9))];
  const highest = Math.max(...between(0, 0.9));
  const figure = `${plain(seconds / 60)} min at ${perSecond} events/s, ${kills + killsOfSender} SIGKILLs`;
  return [
    row(`${figure}: resident memory after 80–90 % of the time, against 20–30 %`, {
      ours: `${plain(after)} MB`,
      baseline: `${plain(before)} MB`,
      ratio: plain(after / before),
      target: '≤ 1.1',
      ok: after / before <= 1.1,
    }),
    row(`${figure}: the same at its highest`, {
      ours: `${plain(highest)} MB`,
      target: '≤ 220 MB',
      ok: highest <= 220,
    }),
    row(`${figure}: lost, of ${plain(events)}`, { ours: plain(lost.length), target: '0', ok: lost.length === 0 }),
    row(`${figure}: of ${plain(compared)} cards and conversations, in a wrong state at the end`, {
      ours: plain(wrong.length),
      target: '0',
      ok: wrong.length === 0,
    }),
    row(`${figure}: presses that were answered, of ${plain(all)}`, { ours: plain(answered) }),
    row(`${figure}: events accepted`, { ours: `${plain(events / tookSeconds)}/s` }),
  ];
}

type Sample = Readonly<{ at: number; megabytes: number }>;

async function watch({ pid }: Product, isOn: () => boolean, passed: () => number): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (isOn()) {
    samples.push({ at: passed(), megabytes: residentMegabytes(pid) });
    await wait(1_000);
  }
  return samples;
}

/** Presses at even distances; those of a time without a sender may stay unanswered. */
async function press(telegram: Telegram, isOn: () => boolean): Promise<Readonly<{ answered: number; all: number }>> {
  const presses: Promise<boolean | undefined>[] = [];
  while (isOn()) {
    presses.push(telegram.call('pressAny').catch(() => undefined));
    await wait(1_000 / pressesPerSecond);
  }
  const outcomes = (await Promise.all(presses)).filter((outcome) => outcome !== undefined);
  return { answered: outcomes.filter(Boolean).length, all: outcomes.length };
}
