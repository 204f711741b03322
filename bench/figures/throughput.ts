import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import type { ForwarderHandlers } from '../processes/forwarder.ts';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain } from '../support/numbers.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startRemote } from '../support/remote.ts';
import { startTelegram, type Telegram } from '../support/sandbox.ts';
import { alertPath, postStorm } from '../support/storm.ts';

/** Alerts through the whole pipeline into a Telegram that does not limit, beside pg-boss with one worker that sends them. */
export const throughput: Figure = { name: 'throughput', run };

async function run(bench: Bench): Promise<Row[]> {
  const count = bench.quick ? 500 : 5_000;
  const directory = await temporaryDirectory();
  const server = await startServer();
  const telegram = await startTelegram('off');
  const databaseUrl = await server.create('ours');
  const product = await startProduct({
    env: productEnv(databaseUrl, telegram.apiRoot),
    output: join(directory, 'product.log'),
    unlimited: true,
  });
  const oneChat = await sendThrough(telegram, product.port, alertPath, count);
  const severalChats = await sendToSeveral(telegram, databaseUrl);
  await product.stop();

  const theirs = await startTelegram('off');
  const boss = startRemote<ForwarderHandlers>(new URL('../processes/forwarder.ts', import.meta.url));
  const settings = {
    apiRoot: theirs.apiRoot,
    chatId: SEED.supportTeam,
    databaseUrl: await server.create('theirs'),
    batchSize: 100,
  };
  const theirPort = await boss.call('start', settings);
  const throughBoss = await sendThrough(theirs, theirPort, '/alerts', count);

  const facts = { baseline: `${plain(throughBoss)}/s`, target: '≥ 300/s' };
  return [
    row(
      `Throughput without flood limits, ${plain(count)} critical alerts posted → sent, one chat, against pg-boss and one worker`,
      {
        ...facts,
        ours: `${plain(oneChat)}/s`,
        ratio: plain(oneChat / throughBoss),
        ok: oneChat >= 300,
      },
    ),
    row(`Throughput of the sender alone, the same cards waiting for ${otherChats.length} chats`, {
      ...facts,
      ours: `${plain(severalChats)}/s`,
      ratio: plain(severalChats / throughBoss),
      ok: severalChats >= 300,
    }),
  ];
}

/** Messages a second from the first alert posted to the last one sent. Critical, for those never fold. */
async function sendThrough(telegram: Telegram, port: number, path: string, count: number): Promise<number> {
  await postStorm({
    port,
    path,
    from: 1_000_000,
    count: 50,
    criticalEvery: 1,
    perSecond: undefined,
    atOnce: 50,
    insist: true,
  });
  const already = await telegram.call('countSends');
  const begun = performance.now();
  const posting = postStorm({
    port,
    path,
    from: 1,
    count,
    criticalEvery: 1,
    perSecond: undefined,
    atOnce: 250,
    insist: true,
  });
  await sent(telegram, already + count);
  const seconds = (performance.now() - begun) / 1000;
  await posting;
  return count / seconds;
}

const otherChats = [SEED.forum, SEED.ana, SEED.ben, SEED.carla];

/** The incidences that are there, once more into each of several chats. */
async function sendToSeveral(telegram: Telegram, databaseUrl: string): Promise<number> {
  const already = await telegram.call('countSends');
  const begun = performance.now();
  const [found] = await query<{ count: number }>(
    databaseUrl,
    `with wished as (
       insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
       select 'telegram:' || chat_id, 'send_card', 'incidence:' || i.id, i.id,
              jsonb_build_object('chatId', chat_id, 'threadId', null), 0, now(), now()
       from incidences i, unnest($1::bigint[]) as chat_id
       returning 1
     ), told as (select pg_notify('bellhop_wake', 'bench deliveries'))
     select count(*)::int as count from wished, told`,
    [otherChats],
  );
  const count = found?.count ?? 0;
  await sent(telegram, already + count);
  return count / ((performance.now() - begun) / 1000);
}

async function sent(telegram: Telegram, count: number): Promise<void> {
  while ((await telegram.call('countSends')) < count) await wait(20);
}
