import { sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';

/** Up to when each list of a property was read. `startedAt`: what happened before is not looked for. */
export type ImportState = Readonly<{ startedAt: Date; chatsUntil: Date; ticketsUntil: Date }>;

/** The state, which begins now if there is none. */
export async function findOrStart(db: Db, propertyId: string, now: Date): Promise<ImportState> {
  await db
    .insertInto('tawkImports')
    .values({ propertyId, startedAt: now, caughtUpTo: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const state = await db
    .selectFrom('tawkImports')
    .selectAll()
    .where('propertyId', '=', propertyId)
    .executeTakeFirstOrThrow();
  const { startedAt, caughtUpTo, ticketsCaughtUpTo } = state;
  return { startedAt, chatsUntil: caughtUpTo, ticketsUntil: ticketsCaughtUpTo ?? startedAt };
}

/** These lists were read up to then. */
export async function setRead(
  db: Db,
  propertyId: string,
  read: Readonly<{ chats: boolean; tickets: boolean }>,
  until: Date,
): Promise<void> {
  await db
    .updateTable('tawkImports')
    .set({ propertyId, ...(read.chats && { caughtUpTo: until }), ...(read.tickets && { ticketsCaughtUpTo: until }) })
    .where('propertyId', '=', propertyId)
    .execute();
}

/** Neither what the shop's backend sent about a visitor, nor an import. */
const isWebhook = sql<boolean>`(event like 'chat:%' or event like 'ticket:%')`;

/** Those of these ids that a webhook reported: one that belongs to their incidence, or one whose body names them. */
export async function findAllReported(
  trx: Trx,
  subjects: Readonly<{ kind: 'chat' | 'ticket'; externalIds: readonly string[]; since: Date }>,
): Promise<Set<string>> {
  const { kind, externalIds, since } = subjects;
  if (externalIds.length === 0) return new Set();
  const joined = await sql<{ id: string }>`
    select distinct external_id as id from incidences
    where source = 'tawk' and kind = ${kind} and external_id = any(${externalIds}::text[]) and exists (
      select from inbound_events where incidence_id = incidences.id and ${isWebhook})`.execute(trx);
  const reported = new Set(joined.rows.map(({ id }) => id));
  const rest = externalIds.filter((id) => !reported.has(id));
  if (rest.length === 0) return reported;
  // Those that wait to be processed, and those that were recorded without an incidence.
  const named = await sql<{ id: string }>`
    select wanted as id from unnest(${rest}::text[]) as one (wanted) where exists (
      select from inbound_events where source = 'tawk' and ${isWebhook} and received_at >= ${since}
        and incidence_id is null
        and position(convert_to(wanted, 'UTF8') in body) > 0)`.execute(trx);
  for (const { id } of named.rows) reported.add(id);
  return reported;
}

/** Of these ids those that have an incidence. */
export async function findAllKnown(
  trx: Trx,
  subjects: Readonly<{ kind: 'chat' | 'ticket'; externalIds: readonly string[] }>,
): Promise<Set<string>> {
  const { kind, externalIds } = subjects;
  const { rows } = await sql<{ id: string }>`
    select distinct external_id as id from incidences
    where source = 'tawk' and kind = ${kind} and external_id = any(${externalIds}::text[])`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}
