import type { BusinessHours } from '../config/business-hours.ts';
import { opensAt } from '../config/business-time.ts';
import { afterBurst } from '../database/after-burst.ts';
import type { Db } from '../database/connect.ts';
import { createLoop, type Loop } from '../database/loop.ts';
import { transact } from '../database/transact.ts';
import type { Wake } from '../database/wake.ts';
import { type DeliveryRequest, rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as dutyStore from '../duty/duty-store.ts';
import type { TeamScope } from '../duty/team-store.ts';
import * as incidenceViewStore from '../incidences/incidence-view-store.ts';
import type { Log } from '../log.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import type { Routing } from '../routes/places-for.ts';
import { handOver } from './hand-over.ts';

const longestRestMs = 30_000;

/** Ends what expired on time, and warns once when something critical opens while nobody is on duty. */
export function createDutyJob(deps: {
  db: Db;
  wake: Wake;
  log: Log;
  places: { routing: () => Routing };
  businessHours: BusinessHours;
  zone: string;
  team: () => TeamScope;
  now: () => Date;
}): Loop {
  const { db, wake, log, now } = deps;
  /** Since when nobody has been on duty, where that was warned about. */
  let warnedOf: number | undefined;

  async function warn(): Promise<boolean> {
    const since = await dutyStore.findNobodySince(db, now());
    if (!since || warnedOf === since.getTime()) return false;
    // Who neither used /onduty nor set hours does not want to be told about it.
    if (since.getTime() === dutyStore.never && !isBusinessNow(deps, now())) return false;
    if (!(await incidenceViewStore.isAnyCriticalOpenSince(db, since))) return false;
    const notes = deps.places.routing().defaults.map((place) => dutyNote('no_duty_note', place));
    await deliveryStore.enqueue(db, notes, now());
    warnedOf = since.getTime();
    return true;
  }

  const loop = createLoop({
    run: async () => {
      const ended = await endExpired(db, deps.team(), now());
      const isWarned = await warn();
      if (ended > 0 || isWarned) wake.signal('deliveries');
      const next = await dutyStore.findNextEnd(db);
      return next ? Math.min(Math.max(next.getTime() - now().getTime(), 0), longestRestMs) : longestRestMs;
    },
    failed: (err) => log.warn({ err }, 'duty.failed'),
    retryInMs: 1_000,
  });
  wake.on(
    'deliveries',
    afterBurst(() => loop.tick()),
  );
  return loop;
}

/** Whether hours were set, and somebody should be there now. */
function isBusinessNow(
  { businessHours, zone }: Readonly<{ businessHours: BusinessHours; zone: string }>,
  now: Date,
): boolean {
  return businessHours !== 'always' && opensAt(businessHours, zone, now) === undefined;
}

/** Returns how many people are off duty now. */
async function endExpired(db: Db, team: TeamScope, now: Date): Promise<number> {
  const next = await dutyStore.findNextEnd(db);
  if (!next || next > now) return 0;
  return transact(db, async (trx) => {
    const ended = await dutyStore.endExpired(trx, now);
    const notes = ended.map(({ name, place }) => dutyNote('duty_ended_note', place, name));
    await deliveryStore.enqueue(trx, notes, now);
    for (const { personId, place } of ended) await handOver(trx, { personId, place, team }, now);
    return ended.length;
  });
}

/** `name`: of whom it is. */
function dutyNote(kind: string, place: ChatPlace, name = ''): DeliveryRequest {
  const { chatId, threadId } = place;
  return {
    lane: laneOf(chatId),
    kind,
    subject: `duty:${name}:${threadId ?? ''}`,
    rank: rank.high,
    incidenceId: null,
    payload: { chatId, threadId, name },
  };
}
