import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { createLoop, type Loop } from '../database/loop.ts';
import { transact } from '../database/transact.ts';
import type { Wake } from '../database/wake.ts';
import { type DeliveryRequest, rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { Log } from '../log.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import type { Routing } from '../routes/places-for.ts';
import type { DigestSetting } from '../settings/digest-settings.ts';
import * as settingStore from '../settings/setting-store.ts';
import { dayDue, type DigestSpan, nextDue, spansOf } from './digest-time.ts';

const longestRestMs = 60_000;
const afterChangeMs = 1_000;

/** The last day that had its digest. */
const key = 'digest-day';
const storedSchema = z.object({ day: z.string() });

/**
 * Every day at its time, the summary of the day before into the default places; once, whatever is restarted meanwhile.
 * What could not be sent at its time is sent later that day.
 */
export function createDigestJob(deps: {
  db: Db;
  wake: Wake;
  log: Log;
  places: { routing: () => Routing };
  digest: () => DigestSetting;
  zone: string;
  now: () => Date;
}): Loop {
  const { db, wake, log, places, digest: setting, zone, now } = deps;
  /** Known to be done, so that nothing is asked for until the next. */
  let doneDay: string | undefined;
  let isFirstRun = true;

  const loop = createLoop({
    run: async () => {
      const { at, setAt } = setting();
      if (at === null) return longestRestMs;
      const day = dayDue(at, zone, now());
      const defaults = places.routing().defaults;
      // A chat that is paired later today still gets it.
      if (day !== undefined && day !== doneDay && defaults.length > 0) {
        const isSetLater = setAt !== null && dayDue(at, zone, setAt) === day;
        const sending = { places: defaults, isSetLater, isFirstRun: isFirstRun && setAt === null };
        if (await sendOnce(db, day, sending, now())) wake.signal('deliveries');
        doneDay = day;
      }
      isFirstRun = false;
      return Math.min(nextDue(at, zone, now()).getTime() - now().getTime(), longestRestMs);
    },
    failed: (err) => log.warn({ err }, 'digest.failed'),
    retryInMs: 5_000,
  });
  for (const hint of ['deliveries', 'settings'] as const) wake.on(hint, () => loop.tick(afterChangeMs));
  return loop;
}

/** `isSetLater`: than the time of the digest that day. Whoever does that means tomorrow. */
type Sending = Readonly<{ places: readonly ChatPlace[]; isSetLater: boolean; isFirstRun: boolean }>;

/** False where the day has had its digest, or DIGEST_AT was set for the first time, later on the day. */
async function sendOnce(db: Db, day: string, { places, isSetLater, isFirstRun }: Sending, now: Date): Promise<boolean> {
  return transact(db, async (trx) => {
    const stored = storedSchema.safeParse(await settingStore.lock(trx, key)).data;
    // Also where the clock or TIMEZONE was moved back.
    if (stored && stored.day >= day) return false;
    await settingStore.write(trx, key, { day }, now);
    if (isSetLater || (!stored && isFirstRun)) return false;
    const requests = spansOf(day).flatMap((span) => places.map((place) => digest(day, span, place)));
    await deliveryStore.enqueue(trx, requests, now);
    return true;
  });
}

function digest(day: string, span: DigestSpan, { chatId, threadId }: ChatPlace): DeliveryRequest {
  return {
    lane: laneOf(chatId),
    kind: 'digest',
    subject: `digest:${span}:${day}:${threadId ?? ''}`,
    rank: rank.low,
    incidenceId: null,
    payload: { chatId, threadId, day, span },
  };
}
