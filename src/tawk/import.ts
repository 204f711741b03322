import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { type DeliveryRequest, rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as inboundStore from '../inbound/inbound-store.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import { cleanId } from '../sources/clean-text.ts';
import * as importStore from './import-store.ts';
import { importBody, type importEvents } from './imported.ts';
import { listSince } from './rest-pages.ts';
import type { Property, RestFailure, TawkRest } from './rest-client.ts';
import { type ListedChat, type ListedTicket, readChat, readTicket } from './rest-items.ts';

const minuteMs = 60_000;
/** A chat imported while it went on is looked at again until it ended. */
const overlapMs = 6 * 60 * minuteMs;
/** Webhooks of younger chats may be on their way. */
const graceMs = 2 * minuteMs;
/** Tawk.to makes a transcript after some minutes of silence; by then its webhook had its chance. */
const endedAfterMs = 10 * minuteMs;
/** Bodies of one statement. */
const insertedAtOnce = 100;
/** Clocks differ, and an event may have come before the date in the list. */
const reportedBeforeMs = 24 * 60 * minuteMs;

export type ImportDeps = Readonly<{
  db: Db;
  rest: TawkRest;
  adminPlaces: () => readonly ChatPlace[];
  now: () => Date;
}>;

/** How many chats and tickets were new; `undated` ones could not be placed in time and were left out. */
export type Imported = Readonly<{ property: string; chats: number; tickets: number; undated: number }>;
export type ImportOutcome = Readonly<{ imported: readonly Imported[]; failure: RestFailure | undefined }>;

/**
 * One run over everything the key can see. What is found in a property is stored whole or not at all, with the place to
 * go on from, so that a failure or a crash only means to run again. A list that cannot be read holds up no other, but
 * what Tawk.to limits or cannot answer at all now ends the run.
 */
export async function importMissed(deps: ImportDeps): Promise<ImportOutcome> {
  const startedAt = deps.now();
  const properties = await deps.rest.listProperties();
  if (!properties.ok) return { imported: [], failure: properties.failure };

  const imported: Imported[] = [];
  let failure: RestFailure | undefined;
  for (const property of properties.data) {
    const outcome = await importProperty(deps, property, startedAt);
    imported.push(outcome.imported);
    failure ??= outcome.failure;
    if (failure && endsLook(failure)) break;
  }
  return { imported, failure };
}

/** Tawk.to wants no more calls now, or does not answer any. */
function endsLook({ kind }: RestFailure): boolean {
  return kind === 'rate-limited' || kind === 'unreachable';
}

async function importProperty(
  deps: ImportDeps,
  property: Property,
  now: Date,
): Promise<Readonly<{ imported: Imported; failure: RestFailure | undefined }>> {
  const { db, rest } = deps;
  const { startedAt, chatsUntil, ticketsUntil } = await importStore.findOrStart(db, property.id, now);
  const from = (until: Date) => new Date(Math.max(startedAt.getTime(), until.getTime() - overlapMs));
  const chats = await listSince((offset) => rest.listChats(property.id, offset), readChat, from(chatsUntil));
  const tickets =
    chats.ok || !endsLook(chats.failure)
      ? await listSince((offset) => rest.listTickets(property.id, offset), readTicket, from(ticketsUntil))
      : chats;

  const isSettled = ({ createdAt }: { createdAt: Date }) => createdAt.getTime() <= now.getTime() - graceMs;
  const found = {
    chats: chats.ok ? chats.items.filter((chat) => isSettled(chat) && chat.isSpoken) : [],
    tickets: tickets.ok ? tickets.items.filter((ticket) => isSettled(ticket) && !ticket.isClosed) : [],
  };
  const since = new Date(Math.min(from(chatsUntil).getTime(), from(ticketsUntil).getTime()));
  const stored = await transact(db, async (trx) => {
    const counts = await store(trx, deps, { property, since, now, ...found });
    await importStore.setRead(trx, property.id, { chats: chats.ok, tickets: tickets.ok }, now);
    return counts;
  });
  const undated = (chats.ok ? chats.undated : 0) + (tickets.ok ? tickets.undated : 0);
  const failure = chats.ok ? (tickets.ok ? undefined : tickets.failure) : chats.failure;
  return { imported: { property: property.id, ...stored, undated }, failure };
}

type Found = Readonly<{
  property: Property;
  since: Date;
  now: Date;
  chats: readonly (ListedChat & { createdAt: Date })[];
  tickets: readonly (ListedTicket & { createdAt: Date })[];
}>;

/** Stores what came without a webhook, and notifies the admins. */
async function store(trx: Trx, { adminPlaces }: ImportDeps, found: Found): Promise<{ chats: number; tickets: number }> {
  const { property, since, now } = found;
  const chats = await withoutWebhook(trx, 'chat', found.chats, since);
  const tickets = await withoutWebhook(trx, 'ticket', found.tickets, since);
  const events = [
    ...chats.unknown.map((chat) => event('rest:chat', property, chat, now)),
    ...[...chats.unknown, ...chats.known]
      .filter((chat) => hasEnded(chat, now))
      .map((chat) => event('rest:transcript', property, chat, now)),
    ...tickets.unknown.map((ticket) => event('rest:ticket', property, ticket, now)),
  ];
  const stored = await insertAll(trx, events);
  const newChats = chats.unknown.filter((chat) => stored.has(deliveryIdOf('rest:chat', property, chat)));
  const newTickets = tickets.unknown.filter((ticket) => stored.has(deliveryIdOf('rest:ticket', property, ticket)));
  const counts = { chats: newChats.length, tickets: newTickets.length };
  const begun = [...newChats, ...newTickets].map(({ createdAt }) => createdAt.getTime());
  if (begun.length > 0) {
    const facts = { ...counts, where: property.name ?? property.id, since: new Date(Math.min(...begun)).toISOString() };
    await deliveryStore.enqueue(trx, notices(adminPlaces(), property, facts, now), now);
  }
  return counts;
}

/** Answers the delivery ids of those that were not stored before. */
async function insertAll(trx: Trx, events: readonly inboundStore.NewInboundEvent[]): Promise<Set<string>> {
  const stored = new Set<string>();
  for (let from = 0; from < events.length; from += insertedAtOnce) {
    const some = events.slice(from, from + insertedAtOnce);
    const ids = await inboundStore.insertMany(trx, some);
    for (const one of some) if (ids.has(inboundStore.keyOf(one))) stored.add(one.deliveryId);
  }
  return stored;
}

/** A subject of its own for each run: two that wait must not become one. */
function notices(places: readonly ChatPlace[], property: Property, facts: object, now: Date): DeliveryRequest[] {
  return places.map((place) => ({
    lane: laneOf(place.chatId),
    kind: 'reconciled_note',
    subject: `reconciled:${property.id}:${now.getTime()}`,
    rank: rank.medium,
    incidenceId: null,
    payload: { ...place, ...facts },
  }));
}

/** Those of them without a webhook, by whether they were imported before. */
async function withoutWebhook<Item extends ListedChat | ListedTicket>(
  trx: Trx,
  kind: 'chat' | 'ticket',
  items: readonly Item[],
  since: Date,
): Promise<{ known: Item[]; unknown: Item[] }> {
  const subjects = { kind, externalIds: items.map(({ id }) => id) } as const;
  const reportedSince = new Date(since.getTime() - reportedBeforeMs);
  const reported = await importStore.findAllReported(trx, { ...subjects, since: reportedSince });
  const known = await importStore.findAllKnown(trx, subjects);
  const rest = items.filter(({ id }) => !reported.has(id));
  return { known: rest.filter(({ id }) => known.has(id)), unknown: rest.filter(({ id }) => !known.has(id)) };
}

function hasEnded({ lastAt }: ListedChat, now: Date): boolean {
  return lastAt !== undefined && lastAt.getTime() <= now.getTime() - endedAfterMs;
}

function event(
  name: (typeof importEvents)[number],
  property: Property,
  item: ListedChat | ListedTicket,
  now: Date,
): inboundStore.NewInboundEvent {
  return {
    source: 'tawk',
    event: name,
    deliveryId: deliveryIdOf(name, property, item),
    headers: {},
    body: importBody(name, { id: property.id, name: property.name }, item.raw),
    receivedAt: now,
  };
}

/** The same every time; of a transcript as long as no message was added. */
function deliveryIdOf(
  name: (typeof importEvents)[number],
  property: Property,
  item: ListedChat | ListedTicket,
): string {
  const length = name === 'rest:transcript' && 'messages' in item ? `:${item.messages}` : '';
  const id = `${name}:${property.id}:${item.id}${length}`;
  return cleanId(id) ?? id;
}
