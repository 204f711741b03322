import type { Trx } from '../database/connect.ts';
import type { DeliveryRequest } from '../delivery/delivery.ts';
import type { HistoryEntry } from '../incidences/incidence-store.ts';
import type { Desk } from '../incidences/plan-write-back.ts';
import { receiveContext } from '../incidences/receive-context.ts';
import { type Received, receiveSourceEvents } from '../incidences/receive-source-events.ts';
import { lockKeys, subjectKey, writtenKey } from '../incidences/subject-store.ts';
import type { ChatPlace } from '../routes/lane.ts';
import type { Routing } from '../routes/places-for.ts';
import type { SeverityRules } from '../sources/severity-rules.ts';
import type { SourceEvent } from '../sources/source-event.ts';
import { inboxNotices, unrecognizedNotices } from './admin-notices.ts';
import type { Processed } from './inbound-store.ts';
import { aboutOf, type Meaning, type Stored } from './meaning.ts';
import { inWaves } from './waves.ts';

/** What became of an event, and what is written because of it at the end of the transaction. */
export type Effect = Readonly<{
  result: Processed;
  history: readonly HistoryEntry[];
  requests: readonly DeliveryRequest[];
  /** The conversation whose incidence it opened. */
  opened?: string | undefined;
}>;

/** `repeated`: the content came before, under another delivery id. */
export type Effective = Readonly<{ stored: Stored; meaning: Meaning | Readonly<{ kind: 'repeated' }> }>;

type Deps = Readonly<{
  places: Routing;
  rules: SeverityRules;
  desk: Desk | undefined;
  adminPlaces: readonly ChatPlace[];
}>;

/**
 * Does what a batch of events means; the caller holds the transaction and the locks. Events of one conversation or visitor
 * are applied one after the other, those of different ones together. Resolves with their effects in the same order.
 */
export async function applyMeanings(trx: Trx, batch: readonly Effective[], deps: Deps, now: Date): Promise<Effect[]> {
  const effects = new Map<number, Effect>();
  for (const wave of inWaves(batch, orderedBy(batch))) {
    const happened: Happened[] = [];
    for (const { stored, meaning } of wave) {
      if (meaning.kind === 'event')
        happened.push({ id: stored.id, receivedAt: stored.receivedAt, event: meaning.event });
      else effects.set(stored.id, await effectOf(trx, { stored, meaning }, deps, now));
    }
    if (happened.length === 0) continue;
    const received = await receiveSourceEvents(trx, happened, deps, now);
    for (const [index, one] of happened.entries()) effects.set(one.id, effectOfEvent(one, received[index]));
  }
  return batch.flatMap(({ stored }) => effects.get(stored.id) ?? []);
}

/** What keeps its order by which names: those of the locks; and what a shop tells of a visitor may be about any chat. */
function orderedBy(batch: readonly Effective[]): (one: Effective) => readonly string[] {
  const isAboutAny = batch.some(({ meaning }) => meaning.kind === 'context' && meaning.context.chatId === undefined);
  return ({ meaning }) => {
    if (meaning.kind === 'repeated') return [];
    const isOfChats =
      meaning.kind === 'context' || (meaning.kind === 'event' && meaning.event.subject.source === 'tawk');
    return [...lockKeys(aboutOf([meaning])), ...(isAboutAny && isOfChats ? ['any chat'] : [])];
  };
}

type Happened = Readonly<{ id: number; receivedAt: Date; event: SourceEvent }>;

async function effectOf(
  trx: Trx,
  { stored, meaning }: Readonly<{ stored: Stored; meaning: Exclude<Effective['meaning'], { kind: 'event' }> }>,
  deps: Deps,
  now: Date,
): Promise<Effect> {
  const { id } = stored;
  const nothing = { history: [], requests: [] };
  switch (meaning.kind) {
    case 'repeated':
      return { ...nothing, result: { id, state: 'duplicate', reason: 'already received under another delivery id' } };
    case 'ignored':
      return { ...nothing, result: { id, state: 'ignored', reason: meaning.reason } };
    case 'notice': {
      const requests = inboxNotices(deps.adminPlaces, meaning.notice);
      return { ...nothing, result: { id, state: 'processed', reason: meaning.reason }, requests };
    }
    case 'drift': {
      const requests = unrecognizedNotices(deps.adminPlaces, stored, meaning.reason);
      return { ...nothing, result: { id, state: 'drift', reason: meaning.reason }, requests };
    }
    case 'context': {
      const { incidence, history, requests } = await receiveContext(trx, meaning.context, deps, now);
      return { result: { id, state: 'processed', incidence }, history, requests };
    }
  }
}

function effectOfEvent({ id, event: { contentKey, subject } }: Happened, received: Received | undefined): Effect {
  if (!received) throw new Error(`nothing became of event ${id}`);
  const { incidence } = received;
  if (received.kind === 'nothing') {
    const key = subjectKey(subject);
    const awaits = received.untilWritten ? writtenKey(key) : incidence ? undefined : key;
    const result = { id, state: 'ignored', reason: received.reason, contentKey, incidence, awaits } as const;
    return { result, history: [], requests: [] };
  }
  const { history, requests, isNew } = received;
  const opened = isNew ? subjectKey(subject) : undefined;
  return { result: { id, state: 'processed', contentKey, incidence }, history, requests, opened };
}
