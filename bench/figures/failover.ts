import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { plain, spread } from '../support/numbers.ts';
import { productEnv } from '../support/product.ts';
import { startRelay } from '../support/relay.ts';
import { preciseNow } from '../support/remote.ts';
import { hasTaken, senderAddress, standsByAgain, startWorld, type World } from '../support/world.ts';

/** How long until another process sends on: the sender is killed, or its machine is gone without a word. */
export const failover: Figure = { name: 'failover', run };

const diedTarget = 2;
const vanishedTarget = 15;
const takenTarget = 20;
const tookOver = 'sender.took_over';

async function run(bench: Bench): Promise<Row[]> {
  const machine = await startMachine();
  const directory = await temporaryDirectory();
  const server = await startServer({ alsoAt: machine?.hostAddress });
  const worldFor = (name: string) => startWorld(server.create(name), join(directory, name));

  const died = await dieInTurn(await worldFor('died'), bench);
  const rows = [
    row(`The sender is killed: until another sends, ${died.seconds.length} times`, {
      ours: spread(died.seconds, ' s'),
      target: `≤ ${diedTarget} s`,
      ok: Math.max(...died.seconds) <= diedTarget,
    }),
    row('The sender is killed: cards lost, or sent twice', zero(died.miscounted)),
  ];
  const figure = "The sender's machine vanishes from the network";
  if (!machine)
    return [...rows, row(`${figure}: until another sends`, { ours: 'not measured: needs root and iproute2' })];
  const vanished = await vanishInTurn(await worldFor('vanished'), machine, bench);
  return [
    ...rows,
    row(`${figure}: until another sends, ${vanished.seconds.length} times`, {
      ours: spread(vanished.seconds, ' s'),
      target: `≤ ${vanishedTarget} s`,
      ok: Math.max(...vanished.seconds) <= vanishedTarget,
    }),
    row(`${figure} amid its work: until the alerts it had taken are sent by another`, {
      ours: `${plain(vanished.takenSeconds)} s`,
      target: `≤ ${takenTarget} s`,
      ok: vanished.takenSeconds <= takenTarget,
    }),
    row(`${figure} and comes back: cards lost, or sent twice`, zero(vanished.miscounted)),
    row(`${figure} and comes back: what it sent after another had taken over`, zero(vanished.sentByGone)),
  ];
}

function zero(count: number): Partial<Row> {
  return { ours: plain(count), target: '0', ok: count === 0 };
}

async function dieInTurn(world: World, bench: Bench) {
  let sender = await world.start();
  await sender.said(tookOver);
  const seconds: number[] = [];
  for (let round = 0; round < (bench.quick ? 2 : 5); round += 1) {
    const standby = await world.start();
    await world.show(standby, 1);
    // The standby looks for the lock every second: the kill comes anywhere between two looks.
    await wait(1_000 + Math.random() * 1_000);
    const goneAt = preciseNow();
    const gone = sender.stop('SIGKILL');
    seconds.push(((await world.show(standby, 1)) - goneAt) / 1000);
    await gone;
    bench.say(`failover: killed, ${plain(seconds.at(-1) ?? 0)} s`);
    sender = standby;
  }
  await sender.stop();
  return { seconds, miscounted: await world.miscounted() };
}

async function vanishInTurn(world: World, machine: Machine, bench: Bench) {
  let requests = 0;
  const relay = await startRelay(world.telegram.apiRoot, {
    host: machine.hostAddress,
    heard: (bytes) => {
      requests += bytes.toString('latin1').split(/POST \S+\/(?:send|edit)/).length - 1;
    },
  });
  const databaseUrl = new URL(world.databaseUrl);
  databaseUrl.hostname = machine.hostAddress;
  const env = productEnv(databaseUrl.href, relay.url);
  const startFar = () => world.start({ env, within: machine.within });
  const far = await startFar();
  const seconds: number[] = [];
  let sentByGone = 0;
  for (let round = 1; round <= (bench.quick ? 1 : 3); round += 1) {
    await far.said(tookOver, round);
    const near = await world.start();
    await world.show(near, 1);
    await wait(1_000 + Math.random() * 1_000);
    if ((await senderAddress(world.databaseUrl)) !== machine.address) throw new Error('another one is the sender');

    const goneAt = preciseNow();
    await machine.cut();
    const sentBefore = requests;
    seconds.push(((await world.show(near, 1)) - goneAt) / 1000);
    bench.say(`failover: vanished, ${plain(seconds.at(-1) ?? 0)} s`);
    await world.show(near, 2);
    const backAt = new Date();
    await machine.reconnect();
    await standsByAgain(world.databaseUrl, machine.address, backAt);
    await far.said('sender.lock_lost', round);
    await world.show(near, 2);
    sentByGone += requests - sentBefore;
    // The one that was away has its turn again.
    await near.stop();
  }
  await far.said(tookOver, seconds.length + 1);
  // A new one: connections that were cut off need up to as long again until they time out there.
  await far.stop();
  await (await startFar()).said(tookOver);
  const takenSeconds = await vanishAtWork(world, machine);
  return { seconds, sentByGone, takenSeconds, miscounted: await world.miscounted() };
}

/** The machine vanishes in the middle of a transaction: until alerts it had taken to work on are shown by the other. */
async function vanishAtWork(world: World, machine: Machine): Promise<number> {
  const near = await world.start();
  // Wishes cannot be written down for a while, so that transactions stand open everywhere.
  const holder = new Client({ connectionString: world.databaseUrl });
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('begin; lock table deliveries in share row exclusive mode');
  // More than the near one works on at once.
  const showing: Promise<number>[] = [];
  for (let posted = 0; posted < 4; posted += 1) {
    showing.push(world.show(near, 1));
    await wait(200);
  }
  const shown = Promise.all(showing);
  shown.catch(() => undefined);
  await hasTaken(world.databaseUrl, machine.address);
  const goneAt = preciseNow();
  await machine.cut();
  await holder.query('rollback');
  await holder.end();
  const shownAt = Math.max(...(await shown));
  await machine.reconnect();
  return (shownAt - goneAt) / 1000;
}
