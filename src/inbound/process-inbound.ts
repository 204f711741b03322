import { commitBatch } from '../database/batch.ts';
import type { Db, Trx } from '../database/connect.ts';
import type { Routing } from '../routes/places-for.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import type { Desk } from '../incidences/plan-write-back.ts';
import * as subjectStore from '../incidences/subject-store.ts';
import type { Log } from '../log.ts';
import type { ChatPlace } from '../routes/lane.ts';
import type { SeverityRules } from '../sources/severity-rules.ts';
import type { ReadStored } from '../sources/source-event.ts';
import { traceFields } from '../tracing/trace.ts';
import { unrecognizedNotices } from './admin-notices.ts';
import { applyMeanings } from './apply-meanings.ts';
import type { Processed } from './inbound-store.ts';
import * as inboundStore from './inbound-store.ts';
import { aboutOf, type Meant, readMeaning, type Stored } from './meaning.ts';
import { withoutRepeated } from './repeated.ts';

export type ProcessDeps = Readonly<{
  /** Its commits need not wait for the disk (docs/decisions/0013): after a crash the stored event is processed again. */
  db: Db;
  log: Log;
  translate: (source: string) => ReadStored | undefined;
  /** Where cards go. */
  places: () => Routing;
  /** What makes a conversation severe, as leads set it. */
  rules: () => SeverityRules;
  desk: Desk | undefined;
  /** Where the admins are notified of events we could not read. */
  adminPlaces: () => readonly ChatPlace[];
  now: () => Date;
}>;

export type ProcessOutcome =
  | Readonly<{ kind: 'nothing' }>
  /**
   * `hasNews`: there may be something to send. `isAwaited`: the sender of one may wait for what became of it. `hasMore`:
   * more wait than fitted into one transaction.
   */
  | Readonly<{ kind: 'done'; events: number; hasNews: boolean; isAwaited: boolean; hasMore: boolean }>
  /** One of several threw, so the whole transaction was rolled back. */
  | Readonly<{ kind: 'rolled-back'; events: number }>;

/** Takes and processes the oldest events in one transaction. One that throws on its own is recorded and retried later. */
export async function processNext(deps: ProcessDeps, max: number): Promise<ProcessOutcome> {
  let taken: readonly Stored[] = [];
  let hasMore = false;
  try {
    const { processed, again } = await deps.db.transaction().execute(async (trx) => {
      const found = await inboundStore.takeNext(trx, max, deps.now());
      const batch = found.events.map((event) => readMeaning(deps.translate, event));
      hasMore = found.hasMore;
      taken = batch.map(({ stored }) => stored);
      return batch.length === 0 ? { processed: [], again: 0 } : processAll(trx, deps, batch, deps.now());
    });
    if (again > 0) hasMore = true;
    if (processed.length === 0) return { kind: 'nothing' };
    const traces = new Map(taken.map(({ id, traceId }) => [id, traceId]));
    for (const { id, state, reason, incidence } of processed) {
      deps.log.info(
        { id, ...traceFields(traces.get(id)), state, reason, incidence: incidence?.id },
        'inbound.processed',
      );
    }
    const hasNews = processed.some(({ state }) => state === 'processed' || state === 'drift');
    return { kind: 'done', events: processed.length, hasNews, isAwaited: taken.some(isContext), hasMore };
  } catch (err) {
    const [first, ...others] = taken;
    if (!first) throw err;
    if (others.length > 0) return { kind: 'rolled-back', events: taken.length };
    const hasNews = await recordFailure(deps, first, err, deps.now());
    return { kind: 'done', events: 1, hasNews, isAwaited: isContext(first), hasMore };
  }
}

function isContext({ source }: Stored): boolean {
  return source === 'shop';
}

/** How long an event waits for the incidence that it is about. */
const earlyMs = 86_400_000;

/** Ends the transaction. */
async function processAll(
  trx: Trx,
  deps: ProcessDeps,
  batch: readonly Meant[],
  now: Date,
): Promise<{ processed: Processed[]; again: number }> {
  // Before anything is written, so that two transactions never wait for each other.
  await subjectStore.lock(trx, aboutOf(batch.map(({ meaning }) => meaning)));

  const meant = await withoutRepeated(trx, batch);
  const context = {
    places: deps.places(),
    rules: deps.rules(),
    desk: deps.desk,
    adminPlaces: deps.adminPlaces(),
  };
  const effects = await applyMeanings(trx, meant, context, now);

  const processed = effects.map(({ result }) => result);
  const history = effects.flatMap((effect) => effect.history);
  const traces = new Map(batch.map(({ stored }) => [stored.id, stored.traceId]));
  const requests = effects.flatMap(({ result, requests: caused }) =>
    caused.map((request) => ({ ...request, traceId: traces.get(result.id) ?? null })),
  );
  const written = [
    ...(history.length > 0 ? [incidenceStore.recordStatement(history, now)] : []),
    ...(requests.length > 0 ? [deliveryStore.enqueueStatement(requests, now)] : []),
  ];
  const marked = inboundStore.markProcessedStatement(processed, now);
  const opened = effects.flatMap((effect) => effect.opened ?? []);
  if (opened.length === 0) {
    await commitBatch(trx, written, marked);
    return { processed, again: 0 };
  }
  // Only what opens an incidence asks for what came before it.
  const since = new Date(now.getTime() - earlyMs);
  const again = await commitBatch(trx, [...written, marked], inboundStore.requeueAwaitingStatement(opened, since));
  return { processed, again: again.length };
}

/** True when it is not tried again; then the admins are notified. */
async function recordFailure(deps: ProcessDeps, stored: Stored, err: unknown, now: Date): Promise<boolean> {
  deps.log.error(
    { err, id: stored.id, ...traceFields(stored.traceId), source: stored.source, event: stored.event },
    'inbound.failed',
  );
  const reason = `processing failed: ${err instanceof Error ? err.name : 'error'}`;
  return deps.db.transaction().execute(async (trx) => {
    const isFinal = await inboundStore.markFailedAttempt(trx, stored.id, reason, now);
    if (isFinal) await deliveryStore.enqueue(trx, unrecognizedNotices(deps.adminPlaces(), stored, reason), now);
    return isFinal;
  });
}
