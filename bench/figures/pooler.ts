import { join } from 'node:path';
import { startPgBouncer, withoutPgBouncer } from '../../test/support/pgbouncer.ts';
import { atEnd } from '../support/cleanup.ts';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain } from '../support/numbers.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startTelegram } from '../support/sandbox.ts';
import { alertPath, postStorm } from '../support/storm.ts';

/** Two receivers, a processor and a sender, on the database itself and through PgBouncer in transaction mode. */
export const pooler: Figure = { name: 'pooler', run };

/** Of the server, for all four processes. */
const serverSessions = 10;

async function run(bench: Bench): Promise<Row[]> {
  const figure = 'Two receivers, a processor and a sender: alerts posted → sent, one chat';
  if (withoutPgBouncer) return [row(figure, { ours: 'not measured: needs pgbouncer' })];
  const count = bench.quick ? 400 : 4_000;
  const directory = await temporaryDirectory();
  const server = await startServer();
  const direct = await sendBy(await server.create('direct'), undefined, join(directory, 'direct'), count);
  const database = await server.create('pooled');
  const bouncer = await startPgBouncer(database, serverSessions);
  atEnd(bouncer.stop);
  const pooled = await sendBy(database, bouncer.url, join(directory, 'pooled'), count);
  return [
    row(`${figure}, through PgBouncer with ${serverSessions} server sessions, against the database itself`, {
      ours: `${plain(pooled.perSecond)}/s`,
      baseline: `${plain(direct.perSecond)}/s`,
      ratio: plain(pooled.perSecond / direct.perSecond),
    }),
    row('The same: alerts that were not sent exactly once', {
      ours: plain(pooled.miscounted),
      baseline: plain(direct.miscounted),
      target: '0',
      ok: pooled.miscounted === 0,
    }),
  ];
}

async function sendBy(database: string, pooled: string | undefined, log: string, count: number) {
  const telegram = await startTelegram('off');
  const env = {
    ...productEnv(pooled ?? database, telegram.apiRoot),
    ...(pooled === undefined ? {} : { DATABASE_URL_DIRECT: database }),
  };
  const start = (roles: string, name: string) =>
    startProduct({ env: { ...env, ROLES: roles }, output: `${log}-${name}.log`, unlimited: true });
  const first = await start('http', 'first');
  const second = await start('http', 'second');
  const others = [await start('process', 'processor'), await start('bot', 'sender')];
  await others[1]?.said('telegram.connected');
  const common = { path: alertPath, criticalEvery: 1, perSecond: undefined, atOnce: 125, insist: true };

  const begun = performance.now();
  await Promise.all([
    postStorm({ ...common, port: first.port, from: 1, count: count / 2 }),
    postStorm({ ...common, port: second.port, from: 1 + count / 2, count: count / 2 }),
  ]);
  const endAt = Date.now() + 240_000;
  while ((await telegram.call('countSends')) < count) {
    if (Date.now() > endAt) throw new Error('not all alerts were sent');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const perSecond = count / ((performance.now() - begun) / 1_000);
  for (const product of [first, second, ...others]) await product.stop();
  const sent = await telegram.call('countSends');
  const [kept] = await query<{ shown: number }>(
    database,
    `select count(distinct incidence_id)::int as shown from cards where message_id is not null`,
  );
  return { perSecond, miscounted: Math.abs(count - (kept?.shown ?? 0)) + Math.abs(sent - count) };
}
