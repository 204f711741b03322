import { join } from 'node:path';
import type { ExpressHandlers } from '../processes/express-baseline.ts';
import type { LoadHandlers, LoadResult } from '../processes/load.ts';
import { alertWebhook, chatwootMessage, signed } from '../support/bodies.ts';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { median, plain, spread } from '../support/numbers.ts';
import { productEnv, secrets, startProduct } from '../support/product.ts';
import { startRemote } from '../support/remote.ts';

const contenders = ['ours', 'read', 'insert'] as const;
type Contender = (typeof contenders)[number];

const webhookPath = '/api/v1/chatwoot/webhook';

/** Signed webhooks accepted and committed a second, beside an Express handler that only reads them and one that inserts each by itself. */
export const intake: Figure = { name: 'intake', run };

async function run(bench: Bench): Promise<Row[]> {
  const directory = await temporaryDirectory();
  const server = await startServer();
  const ourDatabase = await server.create('ours');
  const product = await startProduct({
    env: { ...productEnv(ourDatabase, 'http://127.0.0.1:1'), ROLES: 'http' },
    output: join(directory, 'product.log'),
  });
  const express = startRemote<ExpressHandlers>(new URL('../processes/express-baseline.ts', import.meta.url));
  const theirPort = await express.call('start', {
    databaseUrl: await server.create('theirs'),
    secret: secrets.chatwoot,
  });
  const loader = startRemote<LoadHandlers>(new URL('../processes/load.ts', import.meta.url));
  const targets = {
    ours: { port: product.port, path: webhookPath },
    read: { port: theirPort, path: '/read' },
    insert: { port: theirPort, path: '/insert' },
  };
  const ms = bench.quick ? 1_000 : 3_000;
  const post = (contender: Contender, body: Buffer, connections: number, during = ms) =>
    loader.call('post', { ...targets[contender], headers: signed(body), body, connections, ms: during });

  const rows: Row[] = [];
  let answered = 0;
  for (const [name, body, overInsert] of [
    ['alert', alertWebhook, 2],
    ['4 kB message', chatwootMessage, 1.6],
  ] as const) {
    // Until V8 has compiled what is hot.
    for (const contender of contenders) {
      const warm = await post(contender, body, 64, bench.quick ? 2_000 : 5_000);
      if (contender === 'ours') answered += total(warm);
    }
    for (const connections of [64, 512]) {
      const results: Record<Contender, LoadResult[]> = { ours: [], read: [], insert: [] };
      for (let round = 0; round < (bench.quick ? 2 : 5); round += 1) {
        for (const contender of contenders) {
          const result = await post(contender, body, connections);
          results[contender].push(result);
          if (contender === 'ours') answered += total(result);
        }
      }
      bench.say(describe(name, connections, results));
      rows.push(...rowsOf(name, body.length, connections, results, overInsert));
    }
  }
  const [stored] = await query<{ count: string }>(ourDatabase, 'select count(*) from inbound_events');
  if (Number(stored?.count) !== answered) throw new Error(`answered ${answered}, stored ${stored?.count}`);
  return rows;
}

function total(result: LoadResult): number {
  const { 200: ok = 0, ...others } = result.statuses;
  if (Object.keys(others).length > 0) throw new Error(`not all were accepted: ${JSON.stringify(result.statuses)}`);
  return ok;
}

function rowsOf(
  name: string,
  bytes: number,
  connections: number,
  results: Record<Contender, LoadResult[]>,
  overInsert: number,
): Row[] {
  const perSecond = (contender: Contender) => results[contender].map((result) => result.perSecond);
  const p99 = (contender: Contender) => results[contender].map((result) => result.p99);
  const over = (contender: Contender) =>
    results.ours.map((mine, round) => mine.perSecond / (results[contender][round]?.perSecond ?? Number.NaN));
  const ofReading = median(over('read'));
  const ofInserting = median(over('insert'));
  const figure = `Intake, ${name} (${bytes} bytes), ${connections} connections`;
  const slower = median(p99('ours')) / median(p99('insert'));
  return [
    row(`${figure}: accepted and committed, against an Express handler that reads and answers`, {
      ours: spread(perSecond('ours'), '/s'),
      baseline: spread(perSecond('read'), '/s'),
      ratio: spread(over('read')),
      ...(name === 'alert' ? { target: '≥ 0.6', ok: ofReading >= 0.6 } : {}),
    }),
    row(`${figure}: against an Express handler with one INSERT per request`, {
      ours: spread(perSecond('ours'), '/s'),
      baseline: spread(perSecond('insert'), '/s'),
      ratio: spread(over('insert')),
      target: `≥ ${overInsert}`,
      ok: ofInserting >= overInsert,
    }),
    row(`${figure}: p99 of the answer, against the same`, {
      ours: spread(p99('ours'), ' ms'),
      baseline: spread(p99('insert'), ' ms'),
      ratio: plain(slower),
      target: '≤ 1',
      ok: slower <= 1,
    }),
  ];
}

function describe(name: string, connections: number, results: Record<Contender, LoadResult[]>): string {
  const parts = Object.entries(results).map(
    ([contender, rounds]) =>
      `${contender} ${spread(rounds.map((round) => round.perSecond))}/s p50 ${plain(median(rounds.map((round) => round.p50)))} p99 ${plain(median(rounds.map((round) => round.p99)))} ms`,
  );
  return `intake ${name}, ${connections} connections: ${parts.join('; ')}`;
}
