import type { Db } from '../database/connect.ts';
import { createLoop } from '../database/loop.ts';
import type { Wake } from '../database/wake.ts';
import { chatIdOf, type ChatPlace, laneOf } from '../routes/lane.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Log } from '../log.ts';
import * as lostLaneStore from './lost-lane-store.ts';
import type { Places } from './places.ts';
import { redirectNotices } from './redirect-notices.ts';

export type Rescue = Readonly<{
  start: () => void;
  stop: () => Promise<void>;
  /** A chat was just lost. */
  check: () => void;
  /** The bot was just added somewhere: probe every lost chat at once. */
  probeAll: () => void;
}>;

const everyMs = 1_000;
const movesEveryMs = 10_000;
const probeEveryMs = 30_000;

/**
 * Chats that accept no more messages: a migrated one is followed, what waits for any other goes to the rescue places too,
 * and it is probed every half minute. Asks the database nothing while no chat is lost.
 */
export function createRescue(deps: {
  db: Db;
  wake: Wake;
  log: Log;
  places: Places;
  rescuePlaces: () => readonly ChatPlace[];
  /** Whether the chat seems to accept messages from us; used only when nothing waits for it. */
  probe: (place: ChatPlace) => Promise<boolean>;
  dispatcher: Pick<Dispatcher, 'retryLostLane'>;
  /** A chat was followed to its new id, where nothing is shown yet. */
  showUnshown: () => Promise<void>;
  now: () => Date;
}): Rescue {
  const { db, wake, log } = deps;
  const lastProbe = new Map<string, number>();
  const followed = new Set<number>();
  let probeAll = false;
  const loop = createLoop({
    run: checkLostChats,
    failed: (err) => log.warn({ err }, 'rescue.failed'),
    retryInMs: everyMs,
  });

  /** Resolves with the ms until the next check; undefined while no chat is lost or moved. */
  async function checkLostChats(): Promise<number | undefined> {
    const isForced = probeAll;
    probeAll = false;
    const lost = await lostLaneStore.findAllLost(db);
    const lostLanes = new Set(lost.map(({ lane }) => lane));
    for (const lane of lost) {
      await redirect(lane, lostLanes);
      await rescue(lane, isForced);
    }
    const moves = await lostLaneStore.findAllMoves(db);
    for (const [chatId, successor] of moves) await follow(chatId, successor);
    const isRescuable = lost.some((lane) => rescuePlacesOf(lane).length > 0);
    return pauseBeforeNext({ lost: lost.length, isRescuable, moves: moves.size });
  }

  async function follow(chatId: number, successor: number): Promise<void> {
    // At every check: a process that does not know of the move yet may still enqueue for the old chat.
    const moved = await lostLaneStore.moveToSuccessor(db, chatId, successor, deps.now());
    const isNews = !followed.has(chatId);
    if (isNews) {
      log.warn(
        { chatId, successor, hint: `if TELEGRAM_CHAT_ID names the old chat, set it to ${successor}` },
        'chat.migrated',
      );
      deps.places.follow(chatId, successor);
      await deps.showUnshown();
      followed.add(chatId);
    }
    if (isNews || moved > 0) wake.signal('deliveries');
  }

  async function redirect({ lane }: lostLaneStore.LostLane, lostLanes: ReadonlySet<string>): Promise<void> {
    if (deps.places.includes(chatIdOf(lane))) return;
    const readers = { lost: lostLanes, admins: deps.rescuePlaces(), team: deps.places.all() };
    const redirected = await redirectNotices(db, lane, readers, deps.now());
    if (redirected === 0) return;
    log.warn({ lane, redirected, hint: 'this admin must start the bot, or unblock it' }, 'notices.redirected');
    wake.signal('deliveries');
  }

  /**
   * Where its waiting deliveries are sent instead. The team sees what waits for a person's own chat anyway, and the
   * default places what routes would bring to a lost chat.
   */
  function rescuePlacesOf({ lane }: lostLaneStore.LostLane): ChatPlace[] {
    if (!deps.places.routing().defaults.some(({ chatId }) => laneOf(chatId) === lane)) return [];
    return deps.rescuePlaces().filter((place) => laneOf(place.chatId) !== lane);
  }

  async function rescue(lane: lostLaneStore.LostLane, isForced: boolean): Promise<void> {
    const now = deps.now();
    const elsewhere = rescuePlacesOf(lane);
    const copied = elsewhere.length > 0 ? await lostLaneStore.copyToRescue(db, lane.lane, elsewhere, now) : 0;
    if (copied > 0) {
      log.error({ lane: lane.lane, reason: lane.lostReason, copied, hint: 'sent to the admins instead' }, 'chat.lost');
      wake.signal('deliveries');
    }
    const since = now.getTime() - (lastProbe.get(lane.lane) ?? lane.lostAt?.getTime() ?? 0);
    if (!isForced && since < probeEveryMs) return;
    lastProbe.set(lane.lane, now.getTime());
    // What waits there is the best probe: the sender tries one, and the record of its success ends the loss.
    if (await lostLaneStore.hasWaiting(db, lane.lane)) return deps.dispatcher.retryLostLane(lane.lane);
    if (!(await deps.probe(placeOf(lane, deps.places)))) return;
    await lostLaneStore.markFound(db, lane.lane);
    log.info({ lane: lane.lane }, 'chat.found');
    deps.dispatcher.retryLostLane(lane.lane);
  }

  return {
    start: loop.start,
    stop: loop.stop,
    check: () => loop.tick(),
    probeAll: () => {
      probeAll = true;
      loop.tick();
    },
  };
}

/**
 * Milliseconds until the next check of lost and moved chats; undefined while there are none. Often only where an alert
 * that comes meanwhile must be sent elsewhere: an admin who blocked the bot may stay lost for weeks.
 */
export function pauseBeforeNext(
  chats: Readonly<{ lost: number; isRescuable: boolean; moves: number }>,
): number | undefined {
  if (chats.isRescuable) return everyMs;
  if (chats.moves > 0) return movesEveryMs;
  return chats.lost > 0 ? probeEveryMs : undefined;
}

function placeOf(lane: lostLaneStore.LostLane, places: Places): ChatPlace {
  const chatId = chatIdOf(lane.lane);
  return places.all().find((place) => place.chatId === chatId) ?? { chatId, threadId: null };
}
