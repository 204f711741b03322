import { isDeepStrictEqual } from 'node:util';
import type { Db, Trx } from '../database/connect.ts';
import { createCurrent } from '../database/current.ts';
import { createLoop } from '../database/loop.ts';
import { transact } from '../database/transact.ts';
import type { Wake } from '../database/wake.ts';
import { rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { Log } from '../log.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import { nextQuietStep, type QuietRules, type QuietTime, quietTimeAt } from './quiet-hours.ts';
import * as quietStore from './quiet-store.ts';

const everyMs = 5_000;

/** What is set for a chat, before and after a change. */
export type QuietChange = Readonly<{ before: QuietRules; after: QuietRules }>;

const silent: QuietRules = { hours: null, mutedUntil: null };

/**
 * Changes what is set for a chat; undefined where nothing changes. The summary of a quiet time that this ends is enqueued
 * with it. `record` writes in the same transaction who did it.
 */
export async function changeQuiet<T>(
  db: Db,
  place: ChatPlace,
  change: (rules: QuietRules) => QuietRules | undefined,
  record: (trx: Trx, change: QuietChange) => Promise<T>,
  { zone, now }: Readonly<{ zone: string; now: Date }>,
): Promise<T | undefined> {
  return transact(db, async (trx) => {
    const known = await quietStore.lockByChat(trx, place.chatId);
    const { hours, mutedUntil } = known ?? silent;
    // A mute that is over is none.
    const before = { hours, mutedUntil: mutedUntil && mutedUntil > now ? mutedUntil : null };
    const after = change(before);
    if (!after || isDeepStrictEqual(before, after)) return undefined;
    await quietStore.saveRules(trx, place, after);
    const running = { quietSince: known?.quietSince ?? null, dueAt: known?.dueAt ?? null };
    const step = nextQuietStep(running, after, zone, now);
    // What came before it was set made its sound.
    if (step)
      await apply(
        trx,
        { place, ...running },
        { ...step, quietSince: step.quietSince && (running.quietSince ?? now) },
        now,
      );
    return record(trx, { before, after });
  });
}

/** Which chats are quiet, in memory; and the summaries, from the database, so that a restart neither loses nor repeats one. */
export function createQuietChats(deps: { db: Db; wake: Wake; log: Log; zone: string; now: () => Date }) {
  const { db, wake, log, zone, now } = deps;
  const current = createCurrent({ read: () => quietStore.findAll(db), initial: [], wake, log });
  const loop = createLoop({
    run: async () => {
      const due = current.value().filter((chat) => nextQuietStep(chat, chat, zone, now()));
      for (const { place } of due) await check(place.chatId);
      if (due.length > 0) await current.load();
      return everyMs;
    },
    failed: (err) => log.warn({ err }, 'quiet.check_failed'),
    retryInMs: everyMs,
  });

  async function check(chatId: number): Promise<void> {
    const isOver = await transact(db, async (trx) => {
      const chat = await quietStore.lockByChat(trx, chatId);
      const step = chat && nextQuietStep(chat, chat, zone, now());
      if (chat && step) await apply(trx, chat, step, now());
      return step?.isOver ?? false;
    });
    if (isOver) wake.signal('deliveries');
  }

  /** The quiet time that a chat is in. */
  function quietIn(chatId: number): QuietTime | undefined {
    const chat = current.value().find(({ place }) => place.chatId === chatId);
    return chat && quietTimeAt(chat, zone, now());
  }

  return {
    start: () => {
      current.start();
      loop.start();
    },
    stop: async () => {
      await Promise.all([current.stop(), loop.stop()]);
    },
    load: current.load,
    isQuiet: (chatId: number) => quietIn(chatId) !== undefined,
  };
}

async function apply(
  trx: Trx,
  chat: Readonly<{ place: ChatPlace; quietSince: Date | null; dueAt: Date | null }>,
  step: Parameters<typeof quietStore.saveStep>[2],
  now: Date,
): Promise<void> {
  const { place, quietSince, dueAt } = chat;
  await quietStore.saveStep(trx, place.chatId, step);
  if (!step.isOver || !quietSince || !dueAt) return;
  const until = dueAt < now ? dueAt : now;
  const summary = {
    lane: laneOf(place.chatId),
    kind: 'quiet_summary',
    subject: `quiet:${quietSince.toISOString()}`,
    rank: rank.high,
    incidenceId: null,
    payload: { ...place, since: quietSince.toISOString(), until: until.toISOString() },
  };
  await deliveryStore.enqueue(trx, [summary], now);
}
