import { executeBatch } from '../database/batch.ts';
import type { Db, Trx } from '../database/connect.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import { rank, type DeliveryRequest } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { HistoryEntry } from '../incidences/incidence-store.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import { receiveContext, subjectOfContext, visitorOfContext, visitorOfEvent } from '../incidences/receive-context.ts';
import { receiveSourceEvent } from '../incidences/receive-source-event.ts';
import type { Log } from '../log.ts';
import type { SeverityRules } from '../sources/severity-rules.ts';
import type { InboundEvent, Processed } from './inbound-store.ts';
import * as inboundStore from './inbound-store.ts';
import type { ContextTranslation, InboxNotice, ReadStored, SourceEvent, Translation } from '../sources/source-event.ts';

export type ProcessDeps = Readonly<{
  /** Its commits need not wait for the disk (docs/decisions/0013): after a crash the stored event is processed again. */
  db: Db;
  log: Log;
  translate: (source: string) => ReadStored | undefined;
  /** Where cards go. */
  places: () => readonly ChatPlace[];
  /** What makes a conversation severe, as leads set it. */
  rules: () => SeverityRules;
  /** Where the admins are notified of events we could not read. */
  adminPlaces: readonly ChatPlace[];
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
  let taken: readonly InboundEvent[] = [];
  let hasMore = false;
  try {
    const { processed, again } = await deps.db.transaction().execute(async (trx) => {
      ({ events: taken, hasMore } = await inboundStore.takeNext(trx, max, deps.now()));
      return taken.length === 0 ? { processed: [], again: 0 } : processAll(trx, deps, taken, deps.now());
    });
    if (again > 0) hasMore = true;
    if (processed.length === 0) return { kind: 'nothing' };
    for (const { id, state, reason, incidence } of processed) {
      deps.log.info({ id, state, reason, incidence: incidence?.id }, 'inbound.processed');
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

function isContext({ source }: InboundEvent): boolean {
  return source === 'shop';
}

type Meaning = Translation | ContextTranslation;

/** How long an event waits for the incidence that it is about. */
const earlyMs = 86_400_000;

/** Something happened, or a person must look: what is written with it at the end of the transaction. */
type Effect = Readonly<{
  result: Omit<Processed, 'id'>;
  history: readonly HistoryEntry[];
  requests: readonly DeliveryRequest[];
  /** The conversation whose incidence it opened. */
  opened?: string | undefined;
}>;

async function processAll(
  trx: Trx,
  deps: ProcessDeps,
  events: readonly InboundEvent[],
  now: Date,
): Promise<{ processed: Processed[]; again: number }> {
  const translated = events.map((stored) => ({ stored, meaning: translate(deps, stored) }));
  await lockWhatIsMeant(
    trx,
    translated.map(({ meaning }) => meaning),
  );

  const effects: Effect[] = [];
  const seen = await findSeen(trx, translated);
  for (const { stored, meaning } of translated) {
    const contentKey = meaning.kind === 'event' ? meaning.event.contentKey : undefined;
    const isRepeated = contentKey !== undefined && seen.has(seenKey(stored, contentKey));
    const effective = withoutVoid(stored, meaning, seen);
    effects.push(isRepeated ? repeated : await apply(trx, deps, { stored, meaning: effective }, now));
    if (contentKey !== undefined) seen.add(seenKey(stored, contentKey));
  }
  const processed = events.map(({ id }, index) => ({ ...(effects[index] ?? repeated).result, id }));
  const history = effects.flatMap((effect) => effect.history);
  const requests = effects.flatMap((effect) => effect.requests);
  await executeBatch(
    trx,
    [
      ...(history.length > 0 ? [incidenceStore.recordStatement(history, now)] : []),
      ...(requests.length > 0 ? [deliveryStore.enqueueStatement(requests, now)] : []),
    ],
    inboundStore.markProcessedStatement(processed, now),
  );
  const opened = effects.flatMap((effect) => effect.opened ?? []);
  // Rare: only what opens an incidence asks for what came before it.
  const again =
    opened.length === 0 ? 0 : await inboundStore.requeueAwaiting(trx, opened, new Date(now.getTime() - earlyMs));
  return { processed, again };
}

/** Before anything is written, so that two transactions never wait for each other. */
async function lockWhatIsMeant(trx: Trx, meanings: readonly Meaning[]): Promise<void> {
  const events = meanings.flatMap((meaning) => (meaning.kind === 'event' ? [meaning.event] : []));
  const contexts = meanings.flatMap((meaning) => (meaning.kind === 'context' ? [meaning.context] : []));
  await incidenceStore.lockSubjects(
    trx,
    [...events.map(({ subject }) => subject), ...contexts.flatMap(subjectOfContext)],
    events.flatMap(visitorOfEvent),
    contexts.map(visitorOfContext),
  );
}

function translate(deps: ProcessDeps, stored: InboundEvent): Meaning {
  const { event, body: rawBody, receivedAt, headers } = stored;
  const reads = deps.translate(stored.source);
  return reads
    ? reads({ event, rawBody, receivedAt, headers })
    : { kind: 'drift', reason: `no such source: ${stored.source}` };
}

const repeated: Effect = {
  result: { state: 'duplicate', reason: 'already received under another delivery id' },
  history: [],
  requests: [],
};

/** The event's own content, and the deletion of its message. */
function keysOf({ contentKey, voidedBy }: SourceEvent): string[] {
  return [contentKey, voidedBy].filter((key) => key !== undefined);
}

/** Of what the whole batch asks for, in one query for each source: what was processed before. */
async function findSeen(
  trx: Trx,
  translated: readonly Readonly<{ stored: InboundEvent; meaning: Meaning }>[],
): Promise<Set<string>> {
  const wanted = translated.flatMap(({ stored, meaning }) =>
    meaning.kind === 'event' ? keysOf(meaning.event).map((key) => ({ source: stored.source, key })) : [],
  );
  const seen = new Set<string>();
  for (const source of new Set(wanted.map((one) => one.source))) {
    const keys = wanted.filter((one) => one.source === source).map(({ key }) => key);
    for (const key of await inboundStore.findContents(trx, source, keys)) seen.add(seenKey({ source }, key));
  }
  return seen;
}

function seenKey({ source }: Pick<InboundEvent, 'source'>, key: string): string {
  return `${source} ${key}`;
}

/** What was deleted before it was processed is not shown. */
function withoutVoid(stored: InboundEvent, meaning: Meaning, seen: ReadonlySet<string>): Meaning {
  if (meaning.kind !== 'event' || meaning.event.voidedBy === undefined) return meaning;
  if (!seen.has(seenKey(stored, meaning.event.voidedBy))) return meaning;
  const { message: _, ...details } = meaning.event.details;
  return { kind: 'event', event: { ...meaning.event, details, message: undefined } };
}

async function apply(
  trx: Trx,
  deps: ProcessDeps,
  { stored, meaning }: Readonly<{ stored: InboundEvent; meaning: Meaning }>,
  now: Date,
): Promise<Effect> {
  switch (meaning.kind) {
    case 'ignored':
      return { result: { state: 'ignored', reason: meaning.reason }, history: [], requests: [] };
    case 'notice':
      return {
        result: { state: 'processed', reason: meaning.reason },
        history: [],
        requests: inboxNotices(deps.adminPlaces, meaning.notice),
      };
    case 'drift':
      return {
        result: { state: 'drift', reason: meaning.reason },
        history: [],
        requests: unrecognizedNotices(deps.adminPlaces, stored, meaning.reason),
      };
    case 'context': {
      const { incidence, history, requests } = await receiveContext(
        trx,
        meaning.context,
        { places: deps.places(), rules: deps.rules() },
        now,
      );
      return { result: { state: 'processed', incidence }, history, requests };
    }
    case 'event': {
      const { contentKey } = meaning.event;
      const { receivedAt } = stored;
      const received = await receiveSourceEvent(trx, meaning.event, deps.places(), { receivedAt, now }, deps.rules());
      const { incidence } = received;
      if (received.kind === 'nothing') {
        const awaits = incidence ? undefined : incidenceStore.subjectKey(meaning.event.subject);
        return {
          result: { state: 'ignored', reason: received.reason, contentKey, incidence, awaits },
          history: [],
          requests: [],
        };
      }
      const { history, requests } = received;
      const opened = received.isNew ? incidenceStore.subjectKey(meaning.event.subject) : undefined;
      return { result: { state: 'processed', contentKey, incidence }, history, requests, opened };
    }
  }
}

/** While one waits, further ones of the same cause join it; they are counted when it is sent. */
function unrecognizedNotices(places: readonly ChatPlace[], stored: InboundEvent, reason: string): DeliveryRequest[] {
  return places.map((place) => ({
    lane: laneOf(place.chatId),
    kind: 'drift_note',
    subject: `drift:${stored.source}:${reason}`,
    rank: rank.document,
    incidenceId: null,
    payload: { ...place, source: stored.source, reason, eventId: stored.id },
  }));
}

/** Whether they were notified already is decided when it is sent. */
function inboxNotices(places: readonly ChatPlace[], notice: InboxNotice): DeliveryRequest[] {
  return places.map((place) => ({
    lane: laneOf(place.chatId),
    kind: notice.state === 'lost' ? 'inbox_lost_note' : 'inbox_back_note',
    subject: `inbox:${notice.account}:${notice.inbox}`,
    rank: rank.high,
    incidenceId: null,
    payload: { ...place, name: notice.name },
  }));
}

/** True when it is not tried again; then the admins are notified. */
async function recordFailure(deps: ProcessDeps, stored: InboundEvent, err: unknown, now: Date): Promise<boolean> {
  deps.log.error({ err, id: stored.id, source: stored.source, event: stored.event }, 'inbound.failed');
  const reason = `processing failed: ${err instanceof Error ? err.name : 'error'}`;
  return deps.db.transaction().execute(async (trx) => {
    const isFinal = await inboundStore.markFailedAttempt(trx, stored.id, reason, now);
    if (isFinal) await deliveryStore.enqueue(trx, unrecognizedNotices(deps.adminPlaces, stored, reason), now);
    return isFinal;
  });
}
