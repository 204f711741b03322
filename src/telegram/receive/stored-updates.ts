import type { Update } from 'grammy/types';
import type { Db } from '../../database/connect.ts';
import { createLoop, type Loop } from '../../database/loop.ts';
import type { Wake } from '../../database/wake.ts';
import type { Log } from '../../log.ts';
import { stopWaitMs } from './poll.ts';
import type { Serving } from './serving.ts';
import * as updateStore from './update-store.ts';

const batch = 100;
const maxInHand = 200;
/** As long as Telegram itself would have kept it (tdlib/telegram-bot-api, Client.cpp). */
const pressForMs = 150_000;
const messageForMs = 86_400_000;

/**
 * Handles the updates that Telegram posted to any of the processes, oldest first, each once: it is marked when it was
 * handled, so that after a crash the next process goes on with it. Runs in polling mode too, for what came before.
 */
export function createStoredUpdates(deps: {
  db: Db;
  wake: Wake;
  log: Log;
  botId: number;
  serving: Serving;
  /** How often to look without a hint. */
  everyMs: number;
  now: () => Date;
}): Loop {
  const { db, log, serving, now } = deps;
  const inHand = new Set<number>();
  const done = new Set<number>();
  let unsubscribe: (() => void) | undefined;

  const loop = createLoop({
    run: async () => {
      await markDone();
      const room = Math.min(batch, maxInHand - inHand.size);
      if (room <= 0) return deps.everyMs;
      const stored = await updateStore.findAllWaiting(db, deps.botId, [...inHand], room);
      for (const each of stored) begin(each);
      return stored.length === room ? 0 : deps.everyMs;
    },
    failed: (err) => log.warn({ err }, 'telegram.updates_not_read'),
    retryInMs: 1_000,
  });

  function begin({ id, body, receivedAt }: updateStore.StoredUpdate): void {
    inHand.add(id);
    const update = JSON.parse(body.toString()) as Update;
    const lifetimeMs = update.callback_query ? pressForMs : messageForMs;
    if (now().getTime() - receivedAt.getTime() > lifetimeMs) {
      log.warn({ update: update.update_id, received_at: receivedAt }, 'telegram.update_expired');
      return finish(id);
    }
    void serving.begin(update).then((isHandled) => (isHandled ? finish(id) : void inHand.delete(id)));
  }

  function finish(id: number): void {
    done.add(id);
    loop.tick();
  }

  /** What was handled stays in hand until that is stored: it is never handled again by this process. */
  async function markDone(): Promise<void> {
    const ids = [...done];
    if (ids.length === 0) return;
    await updateStore.markHandled(db, ids, now());
    for (const id of ids) {
      done.delete(id);
      inHand.delete(id);
    }
  }

  return {
    start: () => {
      unsubscribe = deps.wake.on('updates', () => loop.tick());
      loop.start();
    },
    stop: async () => {
      unsubscribe?.();
      await loop.stop();
      await serving.finished(stopWaitMs);
      // Another process may hold the lock by now: then its marks are the same.
      await markDone().catch((err: unknown) => log.warn({ err }, 'telegram.updates_not_marked'));
    },
    tick: loop.tick,
  };
}
