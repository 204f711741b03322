import { type Selectable, sql } from 'kysely';
import { byteaArray, textArray } from '../database/binary-array.ts';
import type { Db, Trx } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import { newTraceId } from '../tracing/trace.ts';
import { forEachSize, recordset, recordsetSize } from '../database/recordset.ts';
import { type BoundStatement, createStatement } from '../database/statement.ts';
import type { Database } from '../database/schema.ts';

export type InboundEvent = Selectable<Database['inboundEvents']>;

export type NewInboundEvent = Readonly<{
  source: string;
  event: string;
  deliveryId: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  receivedAt: Date;
  /** Without: a new one. */
  traceId?: string;
}>;

/**
 * Stores many in one statement. Answers the id of each new one by its source and delivery id;
 * one whose delivery id is there already, or comes twice in the batch, is stored once.
 */
export async function insertMany(db: Db, given: readonly NewInboundEvent[]): Promise<Map<string, number>> {
  // Always in one order, so that two batches with the same deliveries never wait for each other.
  const events = given.toSorted((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
  const rows = await inserting({
    sources: textArray(events.map((event) => event.source)),
    names: textArray(events.map((event) => event.event)),
    deliveryIds: textArray(events.map((event) => event.deliveryId)),
    headers: textArray(events.map((event) => JSON.stringify(event.headers))),
    bodies: byteaArray(events.map((event) => event.body)),
    receivedAt: textArray(events.map((event) => event.receivedAt.toISOString())),
    traceIds: textArray(events.map((event) => event.traceId ?? newTraceId())),
  }).execute(db);
  return new Map(rows.map((row) => [row.key, row.id]));
}

type Column = 'sources' | 'names' | 'deliveryIds' | 'headers' | 'bodies' | 'receivedAt' | 'traceIds';
const inserting = createStatement<Readonly<Record<Column, Buffer>>, { id: number; key: string }>(
  (given) => sql`
    insert into inbound_events (source, event, delivery_id, headers, body, received_at, trace_id)
    select source, event, delivery_id, headers::jsonb, body, received_at::timestamptz, trace_id::uuid from unnest(
      ${given.sources}::text[], ${given.names}::text[], ${given.deliveryIds}::text[], ${given.headers}::text[],
      ${given.bodies}::bytea[], ${given.receivedAt}::text[], ${given.traceIds}::text[]
    ) given (source, event, delivery_id, headers, body, received_at, trace_id)
    on conflict (source, delivery_id) do nothing
    returning id, source || ' ' || delivery_id as key`,
);

/** An Idempotency-Key counts for a day: those of these alerts that were used longer ago are free again. Returns how many. */
export async function freeExpiredKeys(db: Db, repeated: readonly NewInboundEvent[]): Promise<number> {
  const { rows } = await sql`
    update inbound_events old set delivery_id = 'expired:' || old.id, answer = null
    from unnest(
      ${repeated.map((event) => event.deliveryId)}::text[],
      ${repeated.map((event) => event.receivedAt.toISOString())}::timestamptz[]) as given (delivery_id, received_at)
    where old.source = 'alert' and old.delivery_id = given.delivery_id and old.delivery_id like 'key:%'
      and old.received_at <= given.received_at - interval '24 hours'
    returning old.id`.execute(db);
  return rows.length;
}

export function keyOf(event: { source: string; deliveryId: string }): string {
  return `${event.source} ${event.deliveryId}`;
}

/** Bodies of one transaction; a single larger one is taken alone. */
const takenBytes = 8 * 1024 * 1024;

/**
 * The oldest events that wait to be processed, as many as `max` and a bound on their bytes allow, locked until the
 * transaction ends; events that other processors hold are skipped. `hasMore`: the bytes were the reason to stop.
 */
export async function takeNext(
  trx: Trx,
  max: number,
  now: Date,
): Promise<{ events: InboundEvent[]; hasMore: boolean }> {
  const rows = await takingNext({ max, now }).execute(trx);
  return { events: rows.map(({ hasMore: _, ...event }) => event), hasMore: rows[0]?.hasMore ?? false };
}

// The size is stored beside a body: no body is read for it. The state is a literal: a parameter would hide the partial
// index from a prepared statement's plan.
const takingNext = createStatement<{ max: number; now: Date }, InboundEvent & { hasMore: boolean }>(
  ({ max, now }) => sql`
    with candidates as materialized (
      select id, octet_length(body) as bytes from inbound_events
      where state = 'stored' and (retry_at is null or retry_at <= ${now})
      order by id limit ${max} for update skip locked
    ), counted as (
      select id, row_number() over oldest_first as position, sum(bytes) over oldest_first as total
      from candidates window oldest_first as (order by id)
    ), taken as (
      select id from counted where position = 1 or total <= ${takenBytes}
    )
    select events.*, (select count(*) from taken) < (select count(*) from candidates) as has_more
    from inbound_events events join taken on taken.id = events.id
    order by events.id`,
);

/** Received events that wait to be processed, retries included. */
export async function countWaiting(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('inboundEvents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(sql<boolean>`state = 'stored'`)
    .executeTakeFirstOrThrow();
  return count;
}

export type Processed = Readonly<{
  id: number;
  state: 'processed' | 'ignored' | 'duplicate' | 'drift';
  reason?: string;
  contentKey?: string | undefined;
  incidence?: Readonly<{ id: number; version: number }> | undefined;
  /** The conversation that it waits for. */
  awaits?: string | undefined;
}>;

/** For a batch with what else the events caused. */
export function markProcessedStatement(processed: readonly Processed[], now: Date): BoundStatement<unknown> {
  const rows = processed.map(({ incidence, ...done }) => ({
    ...done,
    incidenceId: incidence?.id,
    version: incidence?.version,
  }));
  return marking[recordsetSize(rows)]({ rows: JSON.stringify(rows), now });
}

const marking = forEachSize((size) =>
  createStatement<{ rows: string; now: Date }>(
    ({ rows, now }) => sql`
    update inbound_events set state = done.state, reason = done.reason, content_key = done."contentKey",
      incidence_id = done."incidenceId", incidence_version = done.version, awaits = done.awaits,
      processed_at = ${now}::timestamptz
    from ${recordset(
      rows,
      size,
      sql`id bigint, state text, reason text, "contentKey" text, "incidenceId" bigint, version integer, awaits text`,
    )} as done
    where inbound_events.id = done.id`,
  ),
);

/**
 * Queues again what came since then about these conversations, before anything opened an incidence of them: an answer, or
 * the end of the conversation. Returns them; for a batch with what else the events caused.
 */
export function requeueAwaitingStatement(awaited: readonly string[], since: Date): BoundStatement<{ id: number }> {
  return requeuing({ awaited: JSON.stringify(awaited), since });
}

const requeuing = createStatement<{ awaited: string; since: Date }, { id: number }>(
  ({ awaited, since }) => sql`
    update inbound_events set state = 'stored', reason = null, content_key = null, processed_at = null, awaits = null
    where awaits is not null and awaits = any(array(select json_array_elements_text(${awaited}))) and state = 'ignored'
      and received_at >= ${since}
    returning id`,
);

/** Which of these contents were processed already. */
export async function findContents(db: Db, source: string, contentKeys: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ contentKey: string }>`
    select distinct content_key from inbound_events
    where source = ${source} and content_key = any(${contentKeys}::text[])`.execute(prepared(db));
  return rows.map(({ contentKey }) => contentKey);
}

const maxAttempts = 5;

/** Records a failed attempt and schedules a retry. After five it stays `failed`; returns true then. */
export async function markFailedAttempt(db: Db, id: number, reason: string, now: Date): Promise<boolean> {
  const updated = await db
    .updateTable('inboundEvents')
    .set({
      attempts: sql`attempts + 1`,
      state: sql`case when attempts + 1 >= ${maxAttempts} then 'failed' else 'stored' end`,
      retryAt: sql`${now}::timestamptz + interval '1 second' * power(2, attempts)`,
      reason,
    })
    .where('id', '=', id)
    // Another worker may have done it meanwhile.
    .where('state', '=', 'stored')
    .returning('state')
    .executeTakeFirst();
  return updated?.state === 'failed';
}

/** How many signed events a source sent that we could not read, since `since`. */
export async function countDrift(db: Db, source: string, reason: string, since: Date): Promise<number> {
  const { count } = await db
    .selectFrom('inboundEvents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('source', '=', source)
    .where('reason', '=', reason)
    .where('state', 'in', ['drift', 'failed'])
    .where('receivedAt', '>=', since)
    .executeTakeFirstOrThrow();
  return count;
}

/** Those of these events that wait no longer, with their incidence. */
export async function findProcessed(
  db: Db,
  eventIds: readonly number[],
): Promise<{ id: number; incidenceId: number | null }[]> {
  const { rows } = await sql<{ id: number; incidenceId: number | null }>`
    select id, incidence_id from inbound_events
    where id = any(${eventIds}::bigint[]) and state <> 'stored'`.execute(prepared(db));
  return rows;
}

/**
 * For each processed event its incidence, and the card message in the team's chat that already shows it, if any.
 * Copies elsewhere do not count: message ids are numbered per chat.
 */
export async function findShown(
  db: Db,
  eventIds: readonly number[],
  teamChats: readonly number[],
): Promise<{ eventId: number; incidenceId: number | null; messageId: number | null }[]> {
  return findingShown({ eventIds, teamChats }).execute(db);
}

// By the incidence first: the newest cards of all are not read for the newest of one.
const findingShown = createStatement<
  { eventIds: readonly number[]; teamChats: readonly number[] },
  { eventId: number; incidenceId: number | null; messageId: number | null }
>(
  ({ eventIds, teamChats }) => sql`
    select events.id as event_id, events.incidence_id,
           (select shown.message_id from (
              select id, chat_id, shown_version, message_id from cards
              where cards.incidence_id = events.incidence_id offset 0) shown
            where shown.shown_version >= events.incidence_version and shown.chat_id = any(${teamChats}::bigint[])
            order by shown.id desc limit 1) as message_id
    from inbound_events events where events.id = any(${eventIds}::bigint[])`,
);

/** Events since then that changed nothing, oldest first, after the id `afterId`. */
export async function findAllWithoutEffect(
  db: Db,
  since: Date,
  afterId: number,
  limit: number,
): Promise<InboundEvent[]> {
  return db
    .selectFrom('inboundEvents')
    .selectAll()
    .where('receivedAt', '>=', since)
    .where('id', '>', afterId)
    .where('state', 'in', ['ignored', 'drift', 'failed'])
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Queues these events to be processed again. */
export async function requeue(db: Db, ids: readonly number[]): Promise<void> {
  await db
    .updateTable('inboundEvents')
    .set({
      state: 'stored',
      attempts: 0,
      retryAt: null,
      reason: null,
      contentKey: null,
      processedAt: null,
      awaits: null,
    })
    .where(sql<boolean>`id = any(${ids})`)
    .execute();
}

export async function countEffective(db: Db, since: Date): Promise<number> {
  const { count } = await db
    .selectFrom('inboundEvents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('receivedAt', '>=', since)
    .where('state', 'in', ['processed', 'duplicate'])
    .executeTakeFirstOrThrow();
  return count;
}
