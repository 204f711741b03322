import type { BusinessHours } from '../config/business-hours.ts';
import type { Db } from '../database/connect.ts';
import { createLoop, type Loop } from '../database/loop.ts';
import { pause } from '../database/pause.ts';
import { transact } from '../database/transact.ts';
import type { Log } from '../log.ts';
import { findMark, type Mark } from '../search/index-store.ts';
import { calendarUntil } from './count-numbers.ts';
import type { Span } from './events.ts';
import { readParts } from './friction-store.ts';
import * as hourStore from './hour-store.ts';
import { countHours, frictionHours, hoursIn, settingsKey } from './hours.ts';
import * as numbersStore from './numbers-store.ts';
import { hourBegin } from './period.ts';

type Deps = Readonly<{ db: Db; zone: string; businessHours: BusinessHours; now: () => Date }>;

const restMs = 60_000;
/** Until transactions of others have ended. */
const soonMs = 1_000;
/** The last minutes change still, and are few. */
const youngestMs = 10 * 60_000;
/** Entries of the history that are followed at once. */
const stride = 1_000;
/** Hours that are counted at once. */
const atOnce = 3;

/**
 * Counts each past hour once, the newest first, and again where the history says that something of it changed. It rests
 * as long as it works, and never takes more than half of a processor from those who do.
 */
export function createHoursJob({ log, ...deps }: Deps & Readonly<{ log: Log }>): Loop {
  const pass = createPass(deps);
  return createLoop({
    run: async (stopping) => {
      return (await pass(stopping)) ? restMs : soonMs;
    },
    failed: (err) => log.warn({ err }, 'stats.count_failed'),
    retryInMs: restMs,
  });
}

/**
 * Follows the history, then counts what is missing, until nothing is or it is to stop. Resolves with false where that has
 * to wait for a transaction to end.
 */
export function createPass(
  { db, zone, businessHours, now }: Deps,
  rest: (ms: number, stopping: AbortSignal) => Promise<void> = pause,
): (stopping: AbortSignal) => Promise<boolean> {
  const settings = settingsKey(businessHours, zone);
  /** What was visible at the beginning: nothing is counted before every transaction of then has ended. */
  let first: Mark | undefined;
  let pending: Mark | undefined;

  /** False while something may become visible that is not followed. */
  async function follow(stopping: AbortSignal): Promise<boolean> {
    const mark = await findMark(db);
    const progress = await hourStore.findProgress(db);
    if (progress?.settings !== settings) {
      [first, pending] = [mark, undefined];
      await transact(db, async (trx) => {
        await hourStore.lock(trx);
        await hourStore.reset(trx, { historyId: mark.historyId, settings });
      });
      return mark.ended <= mark.begun;
    }
    let done = progress.historyId;
    // An entry may become visible after one with a greater number; not once every transaction of then has ended.
    if (pending && pending.ended <= mark.begun) {
      if (pending.historyId > done) await hourStore.saveProgress(db, pending.historyId);
      done = Math.max(done, pending.historyId);
      pending = undefined;
    }
    for (let after = done; after < mark.historyId && !stopping.aborted; after += stride) {
      const upTo = Math.min(after + stride, mark.historyId);
      await transact(db, async (trx) => {
        await hourStore.lock(trx);
        await hourStore.deleteHoursOf(trx, await hourStore.findTouched(trx, after, upTo));
      });
    }
    if (!stopping.aborted) pending ??= mark;
    first ??= mark;
    return first.ended <= mark.begun;
  }

  async function count(hours: readonly Span[]): Promise<void> {
    const [earliest, latest] = [hours[0], hours.at(-1)];
    if (!earliest || !latest) return;
    const calendar = await calendarUntil(db, latest.to, { businessHours, zone });
    await transact(db, async (trx) => {
      await hourStore.lock(trx);
      const facts = await hourStore.readFacts(trx, [{ from: earliest.from, to: latest.to }], calendar);
      const friction = await readParts(
        trx,
        [{ from: earliest.from, to: latest.to }],
        hours.map(({ from }) => from),
      );
      await hourStore.insert(trx, [...countHours(hours, facts), ...frictionHours(hours, friction)]);
    });
  }

  return async (stopping) => {
    if (!(await follow(stopping))) return false;
    const beginning = await numbersStore.findBeginning(db);
    const whole = {
      from: hourBegin(beginning ?? now(), zone),
      to: hourBegin(new Date(now().getTime() - youngestMs), zone),
    };
    const gaps = await hourStore.findGaps(db, whole);
    for (const gap of gaps.toReversed()) {
      const hours = hoursIn(gap, zone);
      while (hours.length > 0 && !stopping.aborted) {
        const begun = performance.now();
        await count(hours.splice(-atOnce));
        await rest(performance.now() - begun, stopping);
      }
    }
    return true;
  };
}
