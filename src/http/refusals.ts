import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import { rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { Log } from '../log.ts';

/** A request from a source that was answered with an error and not stored. `address` contains no secret. */
export type Refused = Readonly<{ address: string; code: string; advice: string }>;

export type Refusals = Readonly<{
  note: (refused: Refused) => void;
  counts: () => readonly Readonly<{ address: string; code: string; count: number }>[];
  /** Stores the notices that are still waiting. */
  stop: () => Promise<void>;
}>;

type Cause = Refused & { count: number; unreported: number; lastAt: number; loggedAt: number };

/** A burst becomes one notice with a count. */
const gatherMs = 2_000;
const retryMs = 5_000;
const logEveryMs = 1_000;
/** After this silence a cause is reported again. */
const quietMs = 86_400_000;
/** Addresses and codes are few; anything beyond that, which a stranger may invent, counts as one cause. */
const maxCauses = 200;
const otherAddresses = 'other addresses';

type Deps = Readonly<{ db: Db; wake: Wake; log: Log; adminPlaces: () => readonly ChatPlace[]; now: () => Date }>;

/** Counts refused deliveries by address and code, logs them, and notifies the admins once per cause. */
export function createRefusals(deps: Deps): Refusals {
  const causes = new Map<string, Cause>();
  const waiting = new Set<Cause>();
  let timer: NodeJS.Timeout | undefined;

  function causeOf(refused: Refused): Cause {
    const key = `${refused.address} ${refused.code}`;
    const known = causes.get(key);
    if (known) return known;
    const isOther = refused.address === otherAddresses;
    if (causes.size >= maxCauses && !isOther) return causeOf({ ...refused, address: otherAddresses });
    const cause = { ...refused, count: 0, unreported: 0, lastAt: -Infinity, loggedAt: -Infinity };
    causes.set(key, cause);
    return cause;
  }

  function note(refused: Refused): void {
    const at = deps.now().getTime();
    const cause = causeOf(refused);
    const isNews = at - cause.lastAt > quietMs;
    if (isNews) cause.unreported = 0;
    cause.count += 1;
    cause.unreported += 1;
    cause.lastAt = at;
    if (at - cause.loggedAt >= logEveryMs) {
      cause.loggedAt = at;
      const { address, code, count, advice } = { ...cause, advice: refused.advice };
      deps.log.warn({ address, code, count, hint: advice }, 'delivery.refused');
    }
    if (!isNews) return;
    waiting.add(cause);
    timer ??= setTimeout(() => void report(), gatherMs);
  }

  async function report(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const reported = [...waiting];
    if (reported.length === 0) return;
    try {
      await deliveryStore.enqueue(deps.db, notices(reported, deps.adminPlaces()), deps.now());
      for (const cause of reported) waiting.delete(cause);
      deps.wake.signal('deliveries');
    } catch (err) {
      deps.log.warn({ err }, 'refusals.report_failed');
      timer ??= setTimeout(() => void report(), retryMs);
    }
  }

  return {
    note,
    counts: () => [...causes.values()].map(({ address, code, count }) => ({ address, code, count })),
    stop: async () => {
      await report();
      clearTimeout(timer);
    },
  };
}

function notices(causes: readonly Cause[], places: readonly ChatPlace[]) {
  return places.flatMap((place) =>
    causes.map(({ address, code, unreported, advice }) => ({
      lane: laneOf(place.chatId),
      kind: 'refused_note' as const,
      subject: `refused:${address}:${code}`,
      rank: rank.document,
      incidenceId: null,
      payload: { ...place, address, code, advice, count: unreported },
    })),
  );
}
