import { EventEmitter } from 'node:events';
import { sql } from 'kysely';
import { Client } from 'pg';
import type { Log } from '../log.ts';
import { createLoop } from './loop.ts';
import { type Db, poolSettings, sessionSettings } from './connect.ts';

const hints = ['inbound', 'processed', 'deliveries', 'settled', 'settings', 'updates'] as const;

/**
 * `inbound`: an event was stored. `processed`: one was processed whose sender may wait for it. `deliveries`: a delivery
 * waits. `settled`: one was attempted. `settings`: a lead changed one. `updates`: Telegram posted one.
 */
export type Hint = (typeof hints)[number];

/** Wakes subscribers. Only a hint: a look at the database every second gives those that got lost. */
export type Wake = Readonly<{
  signal: (hint: Hint) => void;
  on: (hint: Hint, listener: () => void) => () => void;
  start: () => Promise<void>;
  stop: () => Promise<void>;
}>;

const channel = 'bellhop_wake';
const notifyEveryMs = 50;
const reconnectMs = 1_000;
/** What follows the settings is never older than a second. */
const lookEveryMs = 900;

/**
 * In this process at once; in the others on the same database by NOTIFY, at most 20 a second. `look` finds what there is to
 * say without any of these: one query for all subscribers, so that idling costs one a second.
 */
export function createWake(deps: {
  db: Db;
  databaseUrl: string;
  look: () => Promise<readonly Hint[]>;
  log: Log;
}): Wake {
  const emitter = new EventEmitter().setMaxListeners(0);
  const self = `${process.pid}.${Math.trunc(performance.timeOrigin)}`;
  const unsent = new Set<Hint>();
  let timer: NodeJS.Timeout | undefined;
  let reconnect: NodeJS.Timeout | undefined;
  let listening: Client | undefined;
  let stopped = true;

  const looking = createLoop({
    run: async () => {
      for (const hint of await deps.look()) emitter.emit(hint);
      return lookEveryMs;
    },
    failed: (err) => deps.log.warn({ err }, 'wake.look_failed'),
    retryInMs: lookEveryMs,
  });

  function tellOthers(): void {
    timer = undefined;
    if (unsent.size === 0 || stopped) return;
    const payload = `${self} ${[...unsent].join(' ')}`;
    unsent.clear();
    timer = setTimeout(tellOthers, notifyEveryMs);
    sql`select pg_notify(${channel}, ${payload})`.execute(deps.db).catch((err: unknown) => {
      deps.log.debug({ err }, 'wake.notify_failed');
    });
  }

  async function listen(): Promise<void> {
    const client = new Client(poolSettings(deps.databaseUrl, 'wake'));
    client.on('error', () => undefined);
    client.on('notification', ({ payload }) => {
      const [from, ...words] = (payload ?? '').split(' ');
      if (from === self) return;
      // Anybody on this database may notify: unknown names are ignored ("error" would throw).
      for (const hint of hints) if (words.includes(hint)) emitter.emit(hint);
    });
    listening = client;
    try {
      await client.connect();
      await client.query(`${sessionSettings()}; listen ${channel}`);
      client.on('end', listenAgain);
    } catch (err) {
      deps.log.debug({ err }, 'wake.listen_failed');
      await client.end().catch(() => undefined);
      listenAgain();
    }
  }

  function listenAgain(): void {
    if (!stopped) reconnect = setTimeout(() => void listen(), reconnectMs);
  }

  return {
    signal: (hint) => {
      emitter.emit(hint);
      unsent.add(hint);
      if (!timer) tellOthers();
    },
    on: (hint, listener) => {
      emitter.on(hint, listener);
      return () => emitter.off(hint, listener);
    },
    start: async () => {
      stopped = false;
      await listen();
      looking.start();
    },
    stop: async () => {
      stopped = true;
      await looking.stop();
      clearTimeout(timer);
      clearTimeout(reconnect);
      await listening?.end().catch(() => undefined);
    },
  };
}
