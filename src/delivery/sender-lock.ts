import { Client } from 'pg';
import { type Db, kyselyOver, poolSettings } from '../database/connect.ts';
import type { Log } from '../log.ts';

/** "bell" in ASCII. One bot, one database, one sender. */
const lockKey = 0x62656c6c;

export type SenderLock = Readonly<{ start: () => void; stop: () => Promise<void> }>;

/**
 * Makes this process the bot's one sender when no other is, and again when that one is gone.
 *
 * The lock belongs to a database session: a dead process frees it at once, a vanished machine when the server's TCP
 * keepalive gives it up (14 s). `held` gets a database handle over that very session: what is asked through it succeeds
 * only while the lock is ours, so a process that was stopped and goes on cannot send by mistake.
 */
export function createSenderLock(deps: {
  databaseUrl: string;
  log: Log;
  held: (session: Db) => void;
  lost: () => Promise<void>;
  retryMs?: number;
}): SenderLock {
  const retryMs = deps.retryMs ?? 1_000;
  let session: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = true;
  let trying = Promise.resolve();

  function tryAgain(): void {
    if (!stopped) timer = setTimeout(() => (trying = attempt()), retryMs);
  }

  async function attempt(): Promise<void> {
    const client = session ?? (await openSession());
    if (!client) return tryAgain();
    try {
      const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [lockKey]);
      if (!rows[0]?.held) return tryAgain();
    } catch (err) {
      deps.log.debug({ err }, 'sender.lock_failed');
      return tryAgain();
    }
    if (stopped) return;
    deps.log.info('sender.took_over');
    deps.held(kyselyOver(onlyThis(client)));
  }

  async function openSession(): Promise<Client | undefined> {
    const client = new Client({
      ...poolSettings(deps.databaseUrl, 'sender'),
      keepAlive: true,
      options:
        '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3 -c tcp_user_timeout=14000',
    });
    client.on('error', (err) => deps.log.warn({ err }, 'sender.session_error'));
    client.on('end', () => {
      if (session !== client) return;
      session = undefined;
      if (stopped) return;
      deps.log.warn('sender.lock_lost');
      void deps.lost().then(tryAgain);
    });
    try {
      await client.connect();
      session = client;
      return client;
    } catch (err) {
      deps.log.debug({ err }, 'sender.connect_failed');
      await client.end().catch(() => undefined);
      return undefined;
    }
  }

  return {
    start: () => {
      stopped = false;
      trying = attempt();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await trying;
      await session?.end().catch(() => undefined);
    },
  };
}

/** Kysely wants a pool; here every query must go through the one session that holds the lock. */
function onlyThis(client: Client) {
  return {
    connect: async () => Object.assign(client, { release: () => undefined }),
    end: async () => undefined,
    options: {},
  };
}
