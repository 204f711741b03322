import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createChatwootPeer } from '../../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import { chatwootMessage } from '../support/bodies.ts';
import { atEnd } from '../support/cleanup.ts';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain } from '../support/numbers.ts';
import { residentMegabytes } from '../support/processes.ts';
import { productEnv, startProduct } from '../support/product.ts';
import { startTelegram } from '../support/sandbox.ts';

/** Stored Chatwoot events processed with their cards planned, and what no webhook told found, read and planned. */
export const chatwootIn: Figure = { name: 'chatwoot-in', run };

async function run(bench: Bench): Promise<Row[]> {
  return [await processing(bench), ...(await reconciling(bench))];
}

/** Against a queue in the same table that only takes and marks its events, one by one. */
async function processing(bench: Bench): Promise<Row> {
  const count = bench.quick ? 2_000 : 20_000;
  const server = await startServer();
  const telegram = await startTelegram('realistic');
  const url = await server.create('chatwoot_in');
  const env = productEnv(url, telegram.apiRoot);
  const directory = await temporaryDirectory();
  // Migrates.
  await (await startProduct({ env, output: join(directory, 'migrating.log') })).stop();

  await fill(url, count);
  const idle = await perSecond(count, () => markOneByOne(url));
  await query(url, 'truncate inbound_events cascade');
  await fill(url, count);
  const started = startProduct({ env: { ...env, ROLES: 'process' }, output: join(directory, 'product.log') }).catch(
    () => undefined,
  );
  while ((await countOf(url, `inbound_events where state = 'processed'`)) === 0) await wait(5);
  const already = await countOf(url, `inbound_events where state = 'processed'`);
  const ours = await perSecond(count - already, async () => {
    while ((await countOf(url, `inbound_events where state = 'stored'`)) > 0) await wait(20);
  });
  const planned = await countOf(url, `deliveries where kind = 'send_card'`);
  if (planned !== count) throw new Error(`${planned} cards were planned of ${count}`);
  void started;
  return row(
    `Chatwoot events processed with their cards planned, ${plain(count)} conversations, against marking them`,
    {
      ours: `${plain(ours)}/s`,
      baseline: `${plain(idle)}/s`,
      ratio: plain(ours / idle),
      target: '≥ 1,000/s',
      ok: ours >= 1_000,
    },
  );
}

async function fill(url: string, count: number): Promise<void> {
  const body = chatwootMessage.toString();
  await query(
    url,
    `insert into inbound_events (source, event, delivery_id, headers, body, received_at)
     select 'chatwoot', 'message_created', 'bench:' || n, '{}',
       convert_to(replace(replace($1, '551201', (600000 + n)::text), '1842', (10000 + n)::text), 'UTF8'), now()
     from generate_series(1, $2::int) n`,
    [body, count],
  );
  await query(url, 'vacuum analyze inbound_events');
}

async function markOneByOne(url: string): Promise<void> {
  await query(
    url,
    `do $$ declare last bigint := 0; begin
       loop
         update inbound_events set state = 'ignored', processed_at = now() where id = (
           select id from inbound_events where state = 'stored' and id > last order by id limit 1
           for update skip locked)
         returning id into last;
         exit when last is null;
       end loop;
     end $$`,
  );
  if ((await countOf(url, `inbound_events where state = 'stored'`)) > 0) throw new Error('not all were marked');
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return count / ((performance.now() - begun) / 1000);
}

async function countOf(url: string, what: string): Promise<number> {
  const [found] = await query<{ count: number }>(url, `select count(*)::int as count from ${what}`);
  return found?.count ?? 0;
}

/** Against one request for the same list, read whole. */
async function reconciling(bench: Bench): Promise<Row[]> {
  const count = bench.quick ? 1_000 : 10_000;
  const peer = createChatwootPeer();
  await peer.start();
  atEnd(peer.stop);
  const server = await startServer();
  const telegram = await startTelegram('realistic');
  const url = await server.create('chatwoot_reconcile');
  const env = {
    ...productEnv(url, telegram.apiRoot),
    CHATWOOT_BASE_URL: peer.baseUrl(),
    CHATWOOT_ACCOUNT_ID: String(peer.accountId),
    CHATWOOT_API_TOKEN: peer.token,
    CHATWOOT_SYNC: 'none',
  };
  const directory = await temporaryDirectory();
  const resting = await startProduct({
    env: { ...env, CHATWOOT_RECONCILE_SECONDS: '0' },
    output: join(directory, 'resting.log'),
  });
  await wait(5_000);
  const restingMegabytes = residentMegabytes(resting.pid);
  await resting.stop();

  for (let at = 0; at < count; at += 1) peer.open({ content: `Nobody heard customer ${at}` });
  await peer.webhooks.idle();
  await wait(1_500);
  const listing = performance.now();
  const answer = await fetch(
    `${peer.baseUrl()}/api/v1/accounts/${peer.accountId}/conversations?status=all&updated_within=3600`,
    { headers: { 'api-access-token': peer.token } },
  );
  await answer.json();
  const listed = (performance.now() - listing) / 1000;

  const product = await startProduct({
    env: { ...env, CHATWOOT_RECONCILE_SECONDS: '1' },
    output: join(directory, 'product.log'),
  });
  const begun = performance.now();
  let megabytes = 0;
  const isDone = async () =>
    (await countOf(url, 'incidences')) === count && (await countOf(url, `inbound_events where state = 'stored'`)) === 0;
  while (!(await isDone())) {
    megabytes = Math.max(megabytes, residentMegabytes(product.pid));
    await wait(50);
  }
  const seconds = (performance.now() - begun) / 1000;
  const more = megabytes - restingMegabytes;
  return [
    row(`${plain(count)} conversations without a webhook, found, imported and planned, against listing them once`, {
      ours: `${plain(seconds)} s`,
      baseline: `${plain(listed)} s`,
      ratio: plain(seconds / listed),
      target: '≤ 30 s',
      ok: seconds <= 30,
    }),
    row(`Resident memory meanwhile, beyond that of the process at rest (${plain(restingMegabytes)} MB)`, {
      ours: `${plain(more)} MB`,
      target: '≤ 120 MB',
      ok: more <= 120,
    }),
  ];
}
