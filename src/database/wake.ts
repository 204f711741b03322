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

/** Wakes subscribers. Only a hint: a poll every second makes up for those that got lost. */
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
const pollEveryMs = 900;

/**
 * In this process at once; in the others on the same database by NOTIFY, at most 20 a second. `poll` finds what a
 * lost hint would have said: one query for all subscribers, so that idling costs one a second.
 */
export function createWake(deps: { db: Db; directUrl: string; poll: () => Promise<readonly Hint[]>; log: Log }): Wake {
  const emitter = new EventEmitter().setMaxListeners(0);
  const self = `${process.pid}.${Math.trunc(performance.timeOrigin)}`;
  const unsent = new Set<Hint>();
  let timer: NodeJS.Timeout | undefined;
  let reconnect: NodeJS.Timeout | undefined;
  let listening: Client | undefined;
  let stopped = true;

  const polling = createLoop({
    run: async () => {
      for (const hint of await deps.poll()) emitter.emit(hint);
      return pollEveryMs;
    },
    failed: (err) => deps.log.warn({ err }, 'wake.poll_failed'),
    retryInMs: pollEveryMs,
  });

  function notifyOthers(): void {
    timer = undefined;
    if (unsent.size === 0 || stopped) return;
    const payload = `${self} ${[...unsent].join(' ')}`;
    unsent.clear();
    timer = setTimeout(notifyOthers, notifyEveryMs);
    sql`select pg_notify(${channel}, ${payload})`.execute(deps.db).catch((err: unknown) => {
      deps.log.debug({ err }, 'wake.notify_failed');
    });
  }

  async function listen(): Promise<void> {
    const client = new Client(poolSettings(deps.directUrl, 'wake'));
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
      if (!timer) notifyOthers();
    },
    on: (hint, listener) => {
      emitter.on(hint, listener);
      return () => emitter.off(hint, listener);
    },
    start: async () => {
      stopped = false;
      await listen();
      polling.start();
    },
    stop: async () => {
      stopped = true;
      await polling.stop();
      clearTimeout(timer);
      clearTimeout(reconnect);
      await listening?.end().catch(() => undefined);
    },
  };
}
