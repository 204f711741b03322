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
/** Clocks differ, and an event may have come before the date in the list. */
const toldBeforeMs = 24 * 60 * minuteMs;

export type ImportDeps = Readonly<{
  db: Db;
  rest: TawkRest;
  adminPlaces: readonly ChatPlace[];
  now: () => Date;
}>;

/** How many chats and tickets were new; `undated` ones could not be placed in time and were left out. */
export type Imported = Readonly<{ property: string; chats: number; tickets: number; undated: number }>;
export type ImportOutcome = Readonly<{ imported: readonly Imported[]; failure: RestFailure | undefined }>;

/**
 * One look at everything the key can see. Each property is stored whole or not at all, with the place to go on from, so
 * that a failure or a crash only means to look again. What Tawk.to limits or cannot answer now ends the look.
 */
export async function importUntold(deps: ImportDeps): Promise<ImportOutcome> {
  const startedAt = deps.now();
  const properties = await deps.rest.listProperties();
  if (!properties.ok) return { imported: [], failure: properties.failure };

  const imported: Imported[] = [];
  let failure: RestFailure | undefined;
  for (const property of properties.data) {
    const outcome = await importProperty(deps, property, startedAt);
    if ('failure' in outcome) failure ??= outcome.failure;
    else imported.push(outcome);
    if (failure && (failure.kind === 'rate-limited' || failure.kind === 'unreachable')) break;
  }
  return { imported, failure };
}

async function importProperty(
  deps: ImportDeps,
  property: Property,
  now: Date,
): Promise<Imported | Readonly<{ failure: RestFailure }>> {
  const { db, rest } = deps;
  const state = await importStore.findOrStart(db, property.id, now);
  const since = new Date(Math.max(state.startedAt.getTime(), state.caughtUpTo.getTime() - overlapMs));
  const chats = await listSince((offset) => rest.listChats(property.id, offset), readChat, since);
  if (!chats.ok) return { failure: chats.failure };
  const tickets = await listSince((offset) => rest.listTickets(property.id, offset), readTicket, since);
  if (!tickets.ok) return { failure: tickets.failure };

  const isSettled = ({ createdAt }: { createdAt: Date }) => createdAt.getTime() <= now.getTime() - graceMs;
  const found = {
    chats: chats.items.filter((chat) => isSettled(chat) && chat.isSpoken),
    tickets: tickets.items.filter((ticket) => isSettled(ticket) && !ticket.isClosed),
  };
  const stored = await transact(db, (trx) => store(trx, deps, { property, since, now, ...found }));
  return { property: property.id, ...stored, undated: chats.undated + tickets.undated };
}

type Found = Readonly<{
  property: Property;
  since: Date;
  now: Date;
  chats: readonly (ListedChat & { createdAt: Date })[];
  tickets: readonly (ListedTicket & { createdAt: Date })[];
}>;

/** Stores what no webhook told of, and says so, in one transaction with the place to go on from. */
async function store(trx: Trx, { adminPlaces }: ImportDeps, found: Found): Promise<{ chats: number; tickets: number }> {
  const { property, since, now } = found;
  const chats = await untold(trx, 'chat', found.chats, since);
  const tickets = await untold(trx, 'ticket', found.tickets, since);
  const events = [
    ...chats.unknown.map((chat) => event('rest:chat', property, chat, now)),
    ...[...chats.unknown, ...chats.known]
      .filter((chat) => hasEnded(chat, now))
      .map((chat) => event('rest:transcript', property, chat, now)),
    ...tickets.unknown.map((ticket) => event('rest:ticket', property, ticket, now)),
  ];
  const stored = await inboundStore.insertMany(trx, events);
  const isNew = ({ deliveryId }: { deliveryId: string }) =>
    stored.has(inboundStore.keyOf({ source: 'tawk', deliveryId }));
  const newChats = chats.unknown.filter((chat) => isNew(event('rest:chat', property, chat, now)));
  const newTickets = tickets.unknown.filter((ticket) => isNew(event('rest:ticket', property, ticket, now)));
  const counts = { chats: newChats.length, tickets: newTickets.length };
  const begun = [...newChats, ...newTickets].map(({ createdAt }) => createdAt.getTime());
  if (begun.length > 0) {
    const told = { ...counts, where: property.name ?? property.id, since: new Date(Math.min(...begun)).toISOString() };
    await deliveryStore.enqueue(trx, notices(adminPlaces, property, told, now), now);
  }
  await importStore.setCaughtUp(trx, property.id, now);
  return counts;
}

/** A subject of its own for each look: two that wait must not become one. */
function notices(places: readonly ChatPlace[], property: Property, told: object, now: Date): DeliveryRequest[] {
  return places.map((place) => ({
    lane: laneOf(place.chatId),
    kind: 'reconciled_note',
    subject: `reconciled:${property.id}:${now.getTime()}`,
    rank: rank.medium,
    incidenceId: null,
    payload: { ...place, ...told },
  }));
}

/** Of these the ones that no webhook told of, by whether they were imported before. */
async function untold<Item extends ListedChat | ListedTicket>(
  trx: Trx,
  kind: 'chat' | 'ticket',
  items: readonly Item[],
  since: Date,
): Promise<{ known: Item[]; unknown: Item[] }> {
  const subjects = { kind, externalIds: items.map(({ id }) => id) } as const;
  const toldSince = new Date(since.getTime() - toldBeforeMs);
  const told = await importStore.findAllTold(trx, { ...subjects, since: toldSince });
  const known = await importStore.findAllKnown(trx, subjects);
  const rest = items.filter(({ id }) => !told.has(id));
  return { known: rest.filter(({ id }) => known.has(id)), unknown: rest.filter(({ id }) => !known.has(id)) };
}

function hasEnded({ lastAt }: ListedChat, now: Date): boolean {
  return lastAt !== undefined && lastAt.getTime() <= now.getTime() - endedAfterMs;
}

/** Its delivery id is the same every time; of a transcript as long as no message was added. */
function event(
  name: (typeof importEvents)[number],
  property: Property,
  item: ListedChat | ListedTicket,
  now: Date,
): inboundStore.NewInboundEvent {
  const length = name === 'rest:transcript' && 'messages' in item ? `:${item.messages}` : '';
  const deliveryId = `${name}:${property.id}:${item.id}${length}`;
  return {
    source: 'tawk',
    event: name,
    deliveryId: cleanId(deliveryId) ?? deliveryId,
    headers: {},
    body: importBody(name, { id: property.id, name: property.name }, item.raw),
    receivedAt: now,
  };
}
