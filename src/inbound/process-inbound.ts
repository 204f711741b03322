import type { Db, Trx } from '../database/connect.ts';
import { type ChatPlace, laneOf } from '../chats/lane.ts';
import { rank, type Wish } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import { receiveSourceEvent } from '../incidences/receive-source-event.ts';
import type { SourceEvent } from '../sources/source-event.ts';
import type { Log } from '../log.ts';
import type { InboundEvent, Processed } from './inbound-store.ts';
import * as inboundStore from './inbound-store.ts';
import type { Translate, Translation } from './source.ts';

export type ProcessDeps = Readonly<{
  /** Commits of this one need not wait for the disk (docs/decisions/0013): a stored event repeats what a crash undoes. */
  db: Db;
  log: Log;
  translate: (source: string) => Translate | undefined;
  /** Where cards go. */
  places: () => readonly ChatPlace[];
  /** Where the admins are told of what we could not read. */
  adminPlaces: readonly ChatPlace[];
  now: () => Date;
}>;

export type ProcessOutcome =
  | Readonly<{ kind: 'nothing' }>
  /** `hasNews`: there may be something to send. `hasMore`: more wait than fitted into one transaction. */
  | Readonly<{ kind: 'done'; events: number; hasNews: boolean; hasMore: boolean }>
  /** One of several threw, and nothing of any is done. */
  | Readonly<{ kind: 'undone'; events: number }>;

/** Takes the oldest events and does their work, all in one transaction. One that throws alone is noted and tried again later. */
export async function processNext(deps: ProcessDeps, most: number): Promise<ProcessOutcome> {
  let taken: readonly InboundEvent[] = [];
  let hasMore = false;
  try {
    const processed = await deps.db.transaction().execute(async (trx) => {
      ({ events: taken, hasMore } = await inboundStore.takeNext(trx, most, deps.now()));
      return taken.length === 0 ? [] : processAll(trx, deps, taken, deps.now());
    });
    if (processed.length === 0) return { kind: 'nothing' };
    for (const { id, state, reason, incidence } of processed) {
      deps.log.info({ id, state, reason, incidence: incidence?.id }, 'inbound.processed');
    }
    const hasNews = processed.some(({ state }) => state === 'processed' || state === 'drift');
    return { kind: 'done', events: processed.length, hasNews, hasMore };
  } catch (err) {
    const [first, ...others] = taken;
    if (!first) throw err;
    if (others.length > 0) return { kind: 'undone', events: taken.length };
    return { kind: 'done', events: 1, hasNews: await noteFailure(deps, first, err, deps.now()), hasMore };
  }
}

/** What the events of one transaction have in common: written together at its end. */
type Gathered = { history: incidenceStore.HistoryEntry[]; wishes: Wish[]; contentKeys: Set<string> };

async function processAll(
  trx: Trx,
  deps: ProcessDeps,
  events: readonly InboundEvent[],
  now: Date,
): Promise<Processed[]> {
  const translated = events.map((stored) => ({ stored, meaning: translate(deps, stored) }));
  const subjects = translated.flatMap(({ meaning }) => (meaning.kind === 'event' ? [meaning.event.subject] : []));
  await incidenceStore.lockSubjects(trx, subjects);

  const gathered: Gathered = { history: [], wishes: [], contentKeys: new Set() };
  const processed: Processed[] = [];
  for (const { stored, meaning } of translated) {
    processed.push({ id: stored.id, ...(await apply(trx, deps, stored, meaning, gathered, now)) });
  }
  const also = {
    recorded: incidenceStore.recording(gathered.history, now),
    wished: deliveryStore.enqueueing(gathered.wishes, now),
  };
  await inboundStore.markProcessed(trx, processed, also, now);
  return processed;
}

function translate(deps: ProcessDeps, stored: InboundEvent): Translation {
  const { event, body: rawBody, receivedAt } = stored;
  const reads = deps.translate(stored.source);
  return reads ? reads({ event, rawBody, receivedAt }) : { kind: 'drift', reason: `no such source: ${stored.source}` };
}

async function apply(
  trx: Trx,
  deps: ProcessDeps,
  stored: InboundEvent,
  meaning: Translation,
  gathered: Gathered,
  now: Date,
): Promise<Omit<Processed, 'id'>> {
  switch (meaning.kind) {
    case 'ignored':
      return { state: 'ignored', reason: meaning.reason };
    case 'drift':
      gathered.wishes.push(...driftNotes(deps.adminPlaces, stored, meaning.reason));
      return { state: 'drift', reason: meaning.reason };
    case 'event':
      return applyEvent(trx, deps, stored, meaning.event, gathered, now);
  }
}

async function applyEvent(
  trx: Trx,
  deps: ProcessDeps,
  stored: InboundEvent,
  event: SourceEvent,
  gathered: Gathered,
  now: Date,
): Promise<Omit<Processed, 'id'>> {
  const { contentKey } = event;
  if (contentKey !== undefined) {
    const key = `${stored.source} ${contentKey}`;
    if (gathered.contentKeys.has(key) || (await inboundStore.hasContent(trx, stored.source, contentKey))) {
      return { state: 'duplicate', reason: 'told before under another delivery id' };
    }
    gathered.contentKeys.add(key);
  }
  const received = await receiveSourceEvent(trx, event, deps.places(), { receivedAt: stored.receivedAt, now });
  if (received.kind === 'nothing') {
    return { state: 'ignored', reason: received.reason, contentKey, incidence: received.incidence };
  }
  gathered.history.push(received.history);
  gathered.wishes.push(...received.wishes);
  return { state: 'processed', contentKey, incidence: received.incidence };
}

/** While one waits, further ones of the same cause join it; it counts when it is sent. */
function driftNotes(places: readonly ChatPlace[], stored: InboundEvent, reason: string): Wish[] {
  return places.map((place) => ({
    lane: laneOf(place.chatId),
    kind: 'drift_note',
    subject: `drift:${stored.source}:${reason}`,
    rank: rank.document,
    incidenceId: null,
    payload: { ...place, source: stored.source, reason, eventId: stored.id },
  }));
}

/** True when it is given up, and the admins are told. */
async function noteFailure(deps: ProcessDeps, stored: InboundEvent, err: unknown, now: Date): Promise<boolean> {
  deps.log.error({ err, id: stored.id, source: stored.source, event: stored.event }, 'inbound.failed');
  const reason = `processing failed: ${err instanceof Error ? err.name : 'error'}`;
  return deps.db.transaction().execute(async (trx) => {
    const isGivenUp = await inboundStore.markFailedAttempt(trx, stored.id, reason, now);
    if (isGivenUp) await deliveryStore.enqueue(trx, driftNotes(deps.adminPlaces, stored, reason), now);
    return isGivenUp;
  });
}
