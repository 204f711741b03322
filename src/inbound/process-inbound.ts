import type { Db, Trx } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import { type ChatPlace, rank, telegramLane, type Wish } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import { receiveSourceEvent } from '../incidences/receive-source-event.ts';
import type { SourceEvent } from '../incidences/source-event.ts';
import type { Log } from '../log.ts';
import * as inboundStore from './inbound-store.ts';
import type { Translate, Translation } from './source.ts';

export type Processor = Readonly<{ start: () => void; stop: () => Promise<void> }>;

type Deps = Readonly<{
  db: Db;
  wake: Wake;
  log: Log;
  translate: (source: string) => Translate | undefined;
  /** Where cards go. */
  places: () => readonly ChatPlace[];
  /** Where the admins are told of what we could not read. */
  adminPlaces: readonly ChatPlace[];
  now: () => Date;
}>;

const workers = 4;
const pollMs = 1_000;

/** Takes stored events one by one, several side by side, and does each one's work inside the transaction that took it. */
export function createProcessor(deps: Deps): Processor {
  const { wake, log } = deps;
  const sleepers: (() => void)[] = [];
  let stopped = true;
  let running: Promise<void>[] = [];
  let poll: NodeJS.Timeout | undefined;
  let unhear: (() => void) | undefined;

  async function work(): Promise<void> {
    let foundBefore = false;
    while (!stopped) {
      const found = await processNext(deps).catch((err: unknown) => {
        log.warn({ err }, 'inbound.look_failed');
        return false;
      });
      // A second one in a row: more wait than one worker takes. Waking all for each would cost more than the work.
      if (found && foundBefore) wakeOne();
      foundBefore = found;
      if (!found && !stopped) await new Promise<void>((resolve) => sleepers.push(resolve));
    }
  }

  function wakeOne(): void {
    sleepers.shift()?.();
  }

  return {
    start: () => {
      stopped = false;
      unhear = wake.on('inbound', wakeOne);
      // A lost wake-up costs a second. One worker looks for all, so that idling is one query a second.
      poll = setInterval(wakeOne, pollMs);
      running = Array.from({ length: workers }, () => work());
    },
    stop: async () => {
      stopped = true;
      unhear?.();
      clearInterval(poll);
      while (sleepers.length > 0) wakeOne();
      await Promise.all(running);
    },
  };
}

/** False when nothing waits. */
async function processNext(deps: Deps): Promise<boolean> {
  let taken: inboundStore.InboundEvent | undefined;
  try {
    const result = await deps.db.transaction().execute(async (trx) => {
      await inboundStore.commitUnflushed(trx);
      taken = await inboundStore.takeNext(trx, deps.now());
      return taken && { taken, processed: await processOne(trx, deps, taken, deps.now()) };
    });
    if (!result) return false;
    const { processed } = result;
    const facts = { id: result.taken.id, source: result.taken.source, event: result.taken.event };
    deps.log.info(
      { ...facts, state: processed.state, reason: processed.reason, incidence: processed.incidence?.id },
      'inbound.processed',
    );
    if (processed.state === 'processed' || processed.state === 'drift') deps.wake.signal('deliveries');
    return true;
  } catch (err) {
    if (!taken) throw err;
    await noteFailure(deps, taken, err, deps.now());
    return true;
  }
}

async function processOne(
  trx: Trx,
  deps: Deps,
  stored: inboundStore.InboundEvent,
  now: Date,
): Promise<inboundStore.Processed> {
  const translation = deps.translate(stored.source)?.({
    event: stored.event,
    rawBody: stored.body,
    receivedAt: stored.receivedAt,
  }) ?? { kind: 'drift', reason: `no such source: ${stored.source}` };
  const processed = await apply(trx, deps, stored, translation, now);
  await inboundStore.markProcessed(trx, stored.id, processed, now);
  return processed;
}

async function apply(
  trx: Trx,
  deps: Deps,
  stored: inboundStore.InboundEvent,
  translation: Translation,
  now: Date,
): Promise<inboundStore.Processed> {
  switch (translation.kind) {
    case 'ignored':
      return { state: 'ignored', reason: translation.reason };
    case 'drift':
      await deliveryStore.enqueue(trx, driftNotes(deps.adminPlaces, stored, translation.reason), now);
      return { state: 'drift', reason: translation.reason };
    case 'event':
      return applyEvent(trx, deps, stored, translation.event, now);
  }
}

async function applyEvent(
  trx: Trx,
  deps: Deps,
  stored: inboundStore.InboundEvent,
  event: SourceEvent,
  now: Date,
): Promise<inboundStore.Processed> {
  await incidenceStore.lockSubject(trx, event.subject);
  const { contentKey } = event;
  if (contentKey !== undefined && (await inboundStore.hasContent(trx, stored.source, contentKey))) {
    return { state: 'duplicate', reason: 'told before under another delivery id' };
  }
  const received = await receiveSourceEvent(trx, event, deps.places(), now);
  if (received.kind === 'nothing') {
    return { state: 'ignored', reason: received.reason, contentKey, incidence: received.incidence };
  }
  return { state: 'processed', contentKey, incidence: received.incidence };
}

/** While one waits, further ones of the same cause join it; it counts when it is sent. */
function driftNotes(places: readonly ChatPlace[], stored: inboundStore.InboundEvent, reason: string): Wish[] {
  return places.map((place) => ({
    lane: telegramLane(place.chatId),
    kind: 'drift_note',
    subject: `drift:${stored.source}:${reason}`,
    rank: rank.document,
    incidenceId: null,
    payload: { ...place, source: stored.source, reason, eventId: stored.id },
  }));
}

async function noteFailure(deps: Deps, stored: inboundStore.InboundEvent, err: unknown, now: Date): Promise<void> {
  deps.log.error({ err, id: stored.id, source: stored.source, event: stored.event }, 'inbound.failed');
  const reason = `processing failed: ${err instanceof Error ? err.name : 'error'}`;
  const state = await inboundStore.markFailedAttempt(deps.db, stored.id, reason, now);
  if (state === 'failed') {
    await deliveryStore.enqueue(deps.db, driftNotes(deps.adminPlaces, stored, reason), now);
    deps.wake.signal('deliveries');
  }
}
