import type { Db } from '../../database/connect.ts';
import { createLoop, type Loop } from '../../database/loop.ts';
import type { Wake } from '../../database/wake.ts';
import { rank } from '../../delivery/delivery.ts';
import * as deliveryStore from '../../delivery/delivery-store.ts';
import * as reconcilerStore from '../../inbound/reconciler-store.ts';
import type { Log } from '../../log.ts';
import { type ChatPlace, laneOf } from '../../routes/lane.ts';
import type { Routing } from '../../routes/places-for.ts';
import { readRules } from '../../settings/severity-settings.ts';
import type { ChatwootFailure } from '../chatwoot-error.ts';
import type { ChatwootClient } from '../client.ts';
import { reconcile, type Round } from './reconcile.ts';
import * as reconcileStore from './reconcile-store.ts';

export type ReconcileDeps = Readonly<{
  db: Db;
  wake: Wake;
  log: Log;
  client: ChatwootClient;
  accountId: number;
  /** More than 0. */
  everySeconds: number;
  places: () => Routing;
  adminPlaces: () => readonly ChatPlace[];
  now: () => Date;
}>;

/** The first round of a new installation covers so much. */
const firstMs = 300_000;
const mostGraceMs = 60_000;
const mostPauseMs = 15 * 60_000;
const unprocessedPauseMs = 1_000;
/** After that much waiting it goes on: a late webhook only makes a duplicate. */
const mostUnprocessedRounds = 30;

/**
 * Chatwoot sends each webhook once. Regularly what changed in it is compared with the webhooks that arrived, from where the
 * last successful round ended, so that a downtime is covered whole. After errors the pauses grow.
 */
export function createReconcileJob(deps: ReconcileDeps): Loop {
  const { db, log, now } = deps;
  const everyMs = deps.everySeconds * 1000;
  const graceMs = Math.min(mostGraceMs, everyMs / 2);
  let postponed = 0;
  return createLoop({
    run: async (stopping) => {
      const startedAt = now();
      const state = await reconcilerStore.begin(db, 'chatwoot', new Date(startedAt.getTime() - firstMs));
      if ((await reconcileStore.hasUnprocessed(db)) && (postponed += 1) <= mostUnprocessedRounds)
        return unprocessedPauseMs;
      postponed = 0;
      const rules = await readRules(db);
      const window = { since: state.coveredUntil, graceMs, askedUntil: state.askedUntil };
      const round = await reconcile({ ...deps, rules, places: deps.places(), stopping }, window);
      if (stopping.aborted) return undefined;
      if (!round.ok) return failed(deps, round.failure, everyMs);
      await notifyAdmins(deps, round, state.coveredUntil);
      const coveredUntil = new Date(startedAt.getTime() - graceMs);
      await reconcilerStore.recordSuccess(db, 'chatwoot', { coveredUntil, askedUntil: round.askedUntil }, now());
      const { ok: _, askedUntil: __, ...facts } = round;
      log[facts.events + facts.deleted > 0 ? 'info' : 'debug'](facts, 'chatwoot.reconciled');
      return everyMs;
    },
    failed: (err) => log.warn({ err }, 'chatwoot.reconcile_failed'),
    retryInMs: Math.min(everyMs, mostPauseMs),
  });
}

async function failed({ db, log, now }: ReconcileDeps, failure: ChatwootFailure, everyMs: number): Promise<number> {
  const reason = failure.outcome === 'retry-after' ? 'Chatwoot limits the number of requests' : failure.reason;
  const failures = await reconcilerStore.recordFailure(db, 'chatwoot', reason, now());
  const askedMs = failure.outcome === 'retry-after' ? failure.seconds * 1000 : 0;
  const pauseMs = Math.max(Math.min(everyMs * 2 ** failures, mostPauseMs), askedMs);
  const hint =
    'Run npm run doctor: it checks CHATWOOT_BASE_URL and the token. Nothing is lost: the next round covers this one.';
  log.warn({ reason, failures, retry_in_seconds: Math.round(pauseMs / 1000), hint }, 'chatwoot.reconcile_failed');
  return pauseMs;
}

/** Notifies the admins once of what was imported. */
async function notifyAdmins(
  { db, wake, adminPlaces, now }: ReconcileDeps,
  { conversations, events, deleted }: Extract<Round, { ok: true }>,
  since: Date,
): Promise<void> {
  if (events > 0) wake.signal('inbound');
  if (deleted > 0) wake.signal('deliveries');
  if (conversations === 0) return;
  const at = now();
  const requests = adminPlaces().map((place) => ({
    lane: laneOf(place.chatId),
    kind: 'reconciled_note',
    subject: `reconciled:${at.getTime()}`,
    rank: rank.medium,
    incidenceId: null,
    payload: { ...place, conversations, since: since.toISOString() },
  }));
  await deliveryStore.enqueue(db, requests, at);
  wake.signal('deliveries');
}
