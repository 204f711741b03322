import { sql } from 'kysely';
import { Client } from 'pg';
import { type Db, kyselyOver, poolSettings, sessionSettings, type Trx } from './connect.ts';
import { pause } from './pause.ts';
import type { Log } from '../log.ts';

/** A session that does not answer for so long is closed, as the server closes one whose machine vanished. */
const sessionTimeoutMs = 6_000;
/** Whoever works through the session makes asking it unnecessary. */
const askAfterMs = sessionTimeoutMs / 2;
const confirmedForMs = 25;

export type Holder = Readonly<{
  /** The lock is ours. `session` is the database session that holds it. */
  held: (session: Db) => void;
  /** The next attempt to take it waits for this. */
  lost: (reason: LossReason) => Promise<void>;
}>;

export type SessionLock = Readonly<{
  start: (holder: Holder) => void;
  /** Releases the lock, if it is held, after `lost` is done. */
  stop: () => Promise<void>;
  /** Rejects when the lock is not ours at this instant. */
  confirm: () => Promise<void>;
}>;

/** Why this process no longer holds the lock: it is being stopped, or another may hold it already. */
type LossReason = 'stopped' | 'session-ended';

/**
 * Makes this process the one holder of a lock when no other is, and again when that one is gone.
 *
 * The lock belongs to a database session: a dead process frees it at once, a vanished machine when the server's TCP
 * keepalive closes it (13 s). `held` gets a database handle over that very session: queries through it succeed only
 * while the lock is ours, so a process that was suspended and resumes cannot act by mistake.
 */
export function createSessionLock(deps: {
  directUrl: string;
  /** The number that stands for what only one process may be, and its name in the log. */
  key: number;
  name: string;
  log: Log;
  retryMs?: number;
}): SessionLock {
  const retryMs = deps.retryMs ?? 1_000;
  let stopping = new AbortController();
  let running = Promise.resolve();
  let holding: Client | undefined;
  let confirming: Promise<unknown> = Promise.resolve();
  let confirmedAt = 0;

  async function run(holder: Holder, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const client = await openSession();
      if (client) {
        await serve(client, holder, stop).catch((err: unknown) =>
          deps.log.debug({ err }, `${deps.name}.session_failed`),
        );
        await client.end().catch(() => undefined);
      }
      await pause(retryMs, stop);
    }
  }

  /** One session: asks for the lock until it has it, holds it until the session ends or we are stopped. */
  async function serve(client: Client, holder: Holder, stop: AbortSignal): Promise<void> {
    const session = new AbortController();
    client.once('end', () => session.abort());
    const over = AbortSignal.any([stop, session.signal]);
    while (!(await takeLock(client))) {
      await pause(retryMs, over);
      if (over.aborted) return;
    }
    if (over.aborted) return;
    holding = client;
    deps.log.info(`${deps.name}.took_over`);
    holder.held(
      // Every query goes through the one session that holds the lock, and its answer confirms that it still does.
      kyselyOver({
        acquire: async () => client,
        release: (_, broken) => {
          if (broken) client.end().catch(() => undefined);
        },
        end: async () => undefined,
        answered: (sentAt) => {
          confirmedAt = sentAt;
        },
      }),
    );
    while (!over.aborted) {
      const restMs = confirmedAt + askAfterMs - performance.now();
      if (restMs > 0) await pause(restMs, over);
      else if (!(await confirm().then(isTrue, isFalse))) break;
    }
    if (!stop.aborted) {
      // What asks from now on must not wait for a session that does not answer.
      holding = undefined;
      deps.log.warn(`${deps.name}.lock_lost`);
    }
    await holder.lost(stop.aborted ? 'stopped' : 'session-ended');
    holding = undefined;
  }

  async function takeLock(client: Client): Promise<boolean> {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [deps.key]);
    return rows[0]?.held ?? false;
  }

  async function openSession(): Promise<Client | undefined> {
    const client = new Client({
      ...poolSettings(deps.directUrl, deps.name),
      query_timeout: sessionTimeoutMs,
      keepAlive: true,
    });
    client.on('error', (err) => deps.log.warn({ err }, `${deps.name}.session_error`));
    try {
      await client.connect();
      await client.query(sessionSettings('lock-session'));
      return client;
    } catch (err) {
      deps.log.debug({ err }, `${deps.name}.connect_failed`);
      await client.end().catch(() => undefined);
      return undefined;
    }
  }

  /**
   * Serialized, because one session runs one query at a time. An answer is valid for 25 ms after it was requested, since
   * no takeover is faster. A later one is asked for once more: a process that stood still meanwhile finds in its buffer
   * an answer from before another took over. Only once, so that a slow database does not stop the holder.
   */
  function confirm(): Promise<void> {
    const isFresh = () => performance.now() - confirmedAt < confirmedForMs;
    const asked = confirming.then(async () => {
      if (!holding || !isFresh()) await ask();
      if (!isFresh()) await ask();
    });
    confirming = asked.catch(() => undefined);
    return asked;
  }

  async function ask(): Promise<void> {
    if (!holding) throw new Error('another process may hold the lock now');
    const sentAt = performance.now();
    await holding.query('select 1');
    confirmedAt = sentAt;
  }

  return {
    start: (holder) => {
      stopping = new AbortController();
      running = run(holder, stopping.signal);
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
    confirm,
  };
}

/** Whether nobody holds this lock; then nobody takes it until the transaction ends. */
export async function isFree(trx: Trx, key: number): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(${key}) as free`.execute(trx);
  return rows[0]?.free ?? false;
}

const isTrue = () => true;
const isFalse = () => false;
