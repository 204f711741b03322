import { setTimeout as wait } from 'node:timers/promises';
import type { PosterHandlers } from '../processes/poster.ts';
import { query } from './database.ts';
import { type Product, type ProductOptions, productEnv, secrets, startProduct } from './product.ts';
import { startRemote } from './remote.ts';
import { conversationOf, startTelegram, type Telegram } from './sandbox.ts';
import { alertPath } from './storm.ts';

/** Several products on one database and one Telegram. */
export type World = Readonly<{
  telegram: Telegram;
  databaseUrl: string;
  start: (options?: Partial<ProductOptions>) => Promise<Product>;
  /** Posts so many alerts to a product and resolves when Telegram has them: when (ms since 1970) the first came. */
  show: (product: Product, count: number) => Promise<number>;
  /** Cards that are missing, and those that came more than once. */
  miscounted: () => Promise<number>;
}>;

export async function startWorld(creating: Promise<string>, log: string): Promise<World> {
  const databaseUrl = await creating;
  const telegram = await startTelegram('off');
  const poster = startRemote<PosterHandlers>(new URL('../processes/poster.ts', import.meta.url));
  let started = 0;
  let posted = 0;
  const copies = async (conversation: number) =>
    (await telegram.call('sends')).filter(
      (one) => one.method === 'sendMessage' && one.errorCode === undefined && conversationOf(one.text) === conversation,
    );
  return {
    telegram,
    databaseUrl,
    start: (options = {}) => {
      started += 1;
      const env = productEnv(databaseUrl, telegram.apiRoot);
      return startProduct({ env, output: `${log}-${started}.log`, ...options });
    },
    show: async ({ port }, count) => {
      const from = posted + 1;
      posted += count;
      const storm = { port, path: alertPath, key: secrets.alertKey, from, count, perSecond: undefined, atOnce: count };
      // Critical, for those never fold.
      await poster.call('post', { ...storm, criticalEvery: 1, insist: true });
      let firstAt = Infinity;
      for (let conversation = from; conversation <= posted; conversation += 1) {
        firstAt = Math.min(firstAt, await firstCopy(() => copies(conversation)));
      }
      return firstAt;
    },
    miscounted: async () => {
      let wrong = 0;
      for (let conversation = 1; conversation <= posted; conversation += 1) {
        wrong += Math.abs((await copies(conversation)).length - 1);
      }
      return wrong;
    },
  };
}

async function firstCopy(find: () => Promise<readonly { at: number }[]>): Promise<number> {
  const endAt = Date.now() + 120_000;
  for (;;) {
    const [first] = await find();
    if (first) return first.at;
    if (Date.now() > endAt) throw new Error('a card did not come within two minutes');
    await wait(20);
  }
}

/** As in src/app.ts. */
const senderLockKey = 0x62656c6c;

/** Until a transaction from there has taken alerts and waits for the lock. */
export async function hasTaken(databaseUrl: string, address: string): Promise<void> {
  const sql = `select 1 from pg_stat_activity where client_addr = $1 and wait_event_type = 'Lock'
                 and query like '%insert into deliveries%'`;
  const endAt = Date.now() + 40_000;
  while ((await query(databaseUrl, sql, [address])).length === 0) {
    if (Date.now() > endAt) throw new Error('the machine takes nothing to work on');
    await wait(50);
  }
}

/** From where the session comes that holds the lock. */
export async function senderAddress(databaseUrl: string): Promise<string | undefined> {
  const sql = `select host(client_addr) as address from pg_stat_activity join pg_locks using (pid)
               where locktype = 'advisory' and granted and objid = $1
                 and database = (select oid from pg_database where datname = current_database())`;
  const holders = await query<{ address: string }>(databaseUrl, sql, [senderLockKey]);
  if (holders.length > 1) throw new Error('there are two senders');
  return holders[0]?.address;
}

/** Until it asks for the lock over a new session, and does not have it. */
export async function standsByAgain(databaseUrl: string, address: string, since: Date): Promise<void> {
  const sql = `select 1 from pg_stat_activity where client_addr = $1 and backend_start > $2 and query like '%pg_try_advisory_lock%'`;
  const endAt = Date.now() + 60_000;
  while ((await query(databaseUrl, sql, [address, since])).length === 0) {
    if (Date.now() > endAt) throw new Error('the machine that was away does not come back');
    await wait(100);
  }
  if ((await senderAddress(databaseUrl)) === address) throw new Error('the one that was away is the sender');
}
