import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { customerKeys } from '../incidences/same-customer.ts';
import { emptied } from './retention-store.ts';

/** Which customer. */
export type Who =
  | Readonly<{ by: 'email'; email: string }>
  | Readonly<{ by: 'phone'; phone: string }>
  | Readonly<{ by: 'conversation'; source: string; externalId: string }>;

/** Locked until the transaction ends. */
export async function lockIncidences(trx: Trx, who: Who): Promise<number[]> {
  return idsOf(trx, sql`select id from incidences where ${isOf(who)} order by id for no key update`);
}

/** Events without an incidence, such as those that were not understood. Reads every body, so it is done before anything is locked. */
export async function findStrayEvents(db: Db, who: Who): Promise<number[]> {
  return idsOf(
    db,
    sql`select id from inbound_events
      where incidence_id is null and (${holds(bodyText, who)} or ${awaitsConversation(who)}) order by id`,
  );
}

async function idsOf(db: Db, query: RawBuilder<unknown>): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`${query}`.execute(db);
  return rows.map(({ id }) => id);
}

function isOf(who: Who): RawBuilder<unknown> {
  switch (who.by) {
    case 'email':
      return sql`lower(btrim(customer_email)) = lower(${who.email})`;
    case 'phone':
      return sql`${customerKeys.phone} = regexp_replace(${who.phone}, '[^0-9]', '', 'g')`;
    case 'conversation':
      return sql`source = ${who.source} and external_id = ${who.externalId}`;
  }
}

/** Other incidences in whose words the address or number stands; whether they are to be erased, a person decides. */
export async function findMentions(db: Db, who: Who): Promise<number[]> {
  if (who.by === 'conversation') return [];
  return idsOf(
    db,
    sql`select id from incidences
    where (${isOf(who)}) is not true and (
      ${holds(sql`concat_ws(' ', title, message, note, additional_info, context)`, who)}
      or exists (select from incidence_history where incidence_id = incidences.id and ${holds(sql`note`, who)})
      or exists (select from transcripts join transcript_messages on transcript_id = transcripts.id
        where incidence_id = incidences.id and ${holds(sql`text`, who)})
      or exists (select from inbound_events where incidence_id = incidences.id and ${holds(bodyText, who)}))
    order by id`,
  );
}

const bodyText = sql`encode(body, 'escape')`;

function holds(text: RawBuilder<unknown>, who: Who): RawBuilder<unknown> {
  if (who.by === 'conversation') return sql`false`;
  return sql`position(lower(${who.by === 'email' ? who.email : who.phone}) in lower(${text})) > 0`;
}

/** Documents and previews with the customer's words that no edit reaches. */
export async function findDocuments(db: Db, ids: readonly number[]): Promise<{ chatId: number; messageId: number }[]> {
  const { rows } = await sql<{ chatId: number; messageId: number }>`
    select (payload ->> 'chatId')::bigint as chat_id, message_id from deliveries
    where incidence_id = any(${ids}::bigint[]) and kind = 'transcript' and message_id is not null
    union
    select chat_id, message_id from replies where incidence_id = any(${ids}::bigint[]) and message_id is not null
    order by 1, 2`.execute(db);
  return rows;
}

/** In the order in which they are to be erased: what tells whose it is goes last. Each resolves with how many rows. */
export const statements: Readonly<
  Record<string, (who: Who, ids: readonly number[], now: Date, strayEvents: readonly number[]) => RawBuilder<unknown>>
> = {
  /** The rows stay: a source that repeats a delivery must not bring it back. */
  events: (_who, ids, now, strayEvents) => sql`
    update inbound_events set body = '', headers = '{}', reason = null, answer = null, awaits = null,
      state = 'processed', processed_at = coalesce(processed_at, ${now})
    where incidence_id = any(${ids}::bigint[]) or id = any(${strayEvents}::bigint[])`,
  /** Words that nobody else used. */
  searchWords: (_who, ids) => sql`
    delete from search_terms where term in (
      select distinct unnest(tsvector_to_array(words || said)) from incidence_search
      where incidence_id = any(${ids}::bigint[]))
    and not exists (
      select from incidence_search other
      where other.words @@ quote_literal(search_terms.term)::tsquery and incidence_id <> all(${ids}::bigint[]))`,
  transcripts: (_who, ids) => sql`delete from transcripts where incidence_id = any(${ids}::bigint[])`,
  visitorContexts: (who, ids) => sql`
    delete from visitor_contexts
    where (${who.by === 'email' ? sql`lower(email) = lower(${who.email})` : sql`false`})
      or (chat_id <> '' and chat_id in (select external_id from incidences where id = any(${ids}::bigint[])))
      or (visitor_id <> '' and visitor_id in (select visitor_id from incidences where id = any(${ids}::bigint[])))`,
  attempts: (_who, ids) => sql`
    update delivery_attempts set detail = null from deliveries
    where deliveries.id = delivery_id and incidence_id = any(${ids}::bigint[]) and detail is not null`,
  /** Notices to admins quote reasons. */
  notices: (who) => sql`
    delete from deliveries where incidence_id is null and (${holds(sql`concat(payload, reason)`, who)})`,
  searches: (who) => sql`delete from lists where ${holds(sql`words`, who)}`,
  /** Of anybody: what a person is just typing cannot be told apart. They live for a day at most. */
  dialogs: () => sql`delete from bot_dialogs`,
  incidences: (_who, ids, now) => emptied(sql`select id from incidences where id = any(${ids}::bigint[])`, now),
};

/** An event that opened no incidence names its conversation as `<sources>:<kind>:<id>`. */
function awaitsConversation(who: Who): RawBuilder<unknown> {
  if (who.by !== 'conversation') return sql`false`;
  return sql`awaits like '%' || ${who.source}::text || '%:%' and right(awaits, ${who.externalId.length + 1}) = ${`:${who.externalId}`}`;
}
