import { sql } from 'kysely';
import { executeBatch } from '../database/batch.ts';
import type { Db } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import { type BoundStatement, createStatement } from '../database/statement.ts';
import { currentTraceId } from '../tracing/trace.ts';
import { type Delivery, rank, type DeliveryRequest } from './delivery.ts';
import { memoryMs, type Priority, priorityOf } from './pace.ts';
import { type AttemptRecord, notSent, type Settlement } from './settle.ts';

/**
 * A request joins the delivery that waits for the same thing: the newest payload wins, the more urgent rank stays.
 * A folded delivery is released when it turns critical.
 */
export async function enqueue(db: Db, requests: readonly DeliveryRequest[], now: Date): Promise<void> {
  if (requests.length > 0) await enqueueStatement(requests, now).execute(db);
}

/** The same, for a batch. */
export function enqueueStatement(requests: readonly DeliveryRequest[], now: Date): BoundStatement<unknown> {
  const traceId = currentTraceId();
  const all = traceId === undefined ? requests : requests.map((request) => ({ traceId, ...request }));
  return enqueuing({ requests: JSON.stringify(all), now });
}

// Each once, as one statement must, and always in one order, so that two transactions never wait for each other.
const enqueuing = createStatement<{ requests: string; now: Date }>(
  ({ requests, now }) => sql`
    insert into deliveries (lane, kind, subject, rank, incidence_id, payload, trace_id, due_at, created_at)
    select distinct on (lane, kind, subject) lane, kind, subject, min(rank) over (partition by lane, kind, subject),
           incidence_id, payload, trace_id, ${now}::timestamptz, ${now}::timestamptz
    from rows from (json_to_recordset(${requests})
           as (lane text, kind text, subject text, rank smallint, "incidenceId" bigint, payload jsonb, "traceId" uuid))
         with ordinality as requested (lane, kind, subject, rank, incidence_id, payload, trace_id, position)
    order by lane, kind, subject, position desc
    on conflict (lane, kind, subject) where state in ('waiting', 'folded') do update set
      wish = deliveries.wish + 1,
      rank = least(deliveries.rank, excluded.rank),
      payload = excluded.payload,
      trace_id = coalesce(excluded.trace_id, deliveries.trace_id),
      state = case when excluded.rank = ${sql.lit(rank.critical)} then 'waiting' else deliveries.state end,
      -- What became more urgent does not wait out the back-off of an earlier failure.
      due_at = case when excluded.rank < deliveries.rank then excluded.due_at else deliveries.due_at end,
      attempts = case when excluded.rank < deliveries.rank then 0 else deliveries.attempts end`,
);

/**
 * The next due delivery of every lane that is not in `except`.
 * Costs one index descent a lane, however many wait; those in a back-off at a lane's head are stepped over.
 */
export async function findNextPerLane(db: Db, except: readonly string[], now: Date): Promise<Delivery[]> {
  return findingNextPerLane({ except, now }).execute(db);
}

const findingNextPerLane = createStatement<{ except: readonly string[]; now: Date }, Delivery>(
  ({ except, now }) => sql`
    with recursive lanes_waiting(lane) as (
      (select lane from deliveries where state = 'waiting' order by lane limit 1)
      union all
      select (select d.lane from deliveries d where d.state = 'waiting' and d.lane > l.lane order by d.lane limit 1)
      from lanes_waiting l where l.lane is not null
    )
    select next.* from lanes_waiting l cross join lateral (
      select * from deliveries d
      where d.state = 'waiting' and d.lane = l.lane and d.due_at <= ${now}
      order by d.rank, d.id limit 1
    ) next
    where l.lane is not null and l.lane <> all(${except})`,
);

/** What waits of a request and is due. */
export async function findWaiting(
  db: Db,
  { lane, kind, subject }: Pick<DeliveryRequest, 'lane' | 'kind' | 'subject'>,
  now: Date,
): Promise<Delivery | undefined> {
  const { rows } = await sql<Delivery>`
    select * from deliveries
    where state = 'waiting' and lane = ${lane} and kind = ${kind} and subject = ${subject} and due_at <= ${now}`.execute(
    prepared(db),
  );
  return rows[0];
}

/**
 * Records one attempt and what follows from it, all or nothing. Returns the next due delivery of the lane.
 * One round trip, since each message costs it (docs/decisions/0001).
 */
export async function record(db: Db, done: AttemptRecord): Promise<Delivery | undefined> {
  const { delivery, attempt, settlement, at, ms } = done;
  const { id, lane, wish: revision } = delivery;
  const { state, attempts, plain, dueAt, reason, pause, lost } = settlement;
  const also = [
    ...('alsoRecord' in attempt && attempt.alsoRecord ? [attempt.alsoRecord(db, delivery, at)] : []),
    ...(pause ? [pausing(pause.lane, pause.until)] : []),
    ...(lost ? [losing(lane, lost, at)] : []),
  ];
  const isSent = attempt.outcome === 'sent';
  // Requested again during the attempt: attempted again, from the start where this one succeeded.
  const again = isSent && attempt.coversNewer ? settlement : { state: 'waiting', attempts: isSent ? 0 : attempts };
  // Locked first, so that a request that comes meanwhile is seen by all of them, or by none.
  const first = also.length > 0 ? [locking({ id }), ...also] : [];
  const settledAt = (to: string) => (to === 'waiting' ? null : at);
  const [next] = await executeBatch(
    db,
    first,
    recording({
      id,
      lane,
      revision,
      state,
      attempts,
      settledAt: settledAt(state),
      againState: again.state,
      againAttempts: again.attempts,
      againSettledAt: settledAt(again.state),
      plain,
      dueAt,
      reason,
      messageId: isSent ? attempt.messageId : null,
      isSent,
      outcome: attempt.outcome,
      at,
      ms,
    }),
  );
  return next;
}

/** `again…`: what becomes of a delivery that was requested again during the attempt. */
type Recorded = Readonly<{
  id: number;
  lane: string;
  revision: number;
  state: string;
  attempts: number;
  settledAt: Date | null;
  againState: string;
  againAttempts: number;
  againSettledAt: Date | null;
  plain: boolean;
  dueAt: Date;
  reason: string | null;
  messageId: number | null;
  isSent: boolean;
  outcome: string;
  at: Date;
  ms: number;
}>;

const recording = createStatement<Recorded, Delivery>(
  (done) => sql`
    with settled as (
      update deliveries set
        state = case when wish = ${done.revision} then ${done.state} else ${done.againState} end,
        attempts = case when wish = ${done.revision} then ${done.attempts}::integer
                   else ${done.againAttempts}::integer end,
        settled_at = case when wish = ${done.revision} then ${done.settledAt}::timestamptz
                     else ${done.againSettledAt}::timestamptz end,
        plain = ${done.plain}, due_at = ${done.dueAt}, reason = ${done.reason},
        message_id = coalesce(${done.messageId}, message_id)
      where id = ${done.id} and state = 'waiting'
    ), attempted as (
      insert into delivery_attempts (delivery_id, lane, at, outcome, detail, ms)
      values (${done.id}, ${done.lane}, ${done.at}, ${done.outcome}, ${done.reason}, ${done.ms})
    ), found as (
      -- A lane that accepts our messages is not lost.
      update lanes set lost_at = null, lost_reason = null
      where ${done.isSent} and lane = ${done.lane} and lost_at is not null
    )
    select * from deliveries
    where state = 'waiting' and lane = ${done.lane} and due_at <= ${done.at} and id <> ${done.id}
    order by rank, id limit 1`,
);

export async function pauseLane(db: Db, lane: string, until: Date): Promise<void> {
  await pausing(lane, until).execute(db);
}

/** It accepts no more messages, or moved: said by something else than an attempt. */
export async function loseLane(db: Db, lane: string, lost: NonNullable<Settlement['lost']>, at: Date): Promise<void> {
  await losing(lane, lost, at).execute(db);
}

const locking = createStatement<{ id: number }>(({ id }) => sql`select id from deliveries where id = ${id} for update`);

function pausing(lane: string, until: Date) {
  return sql`
    insert into lanes (lane, paused_until) values (${lane}, ${until})
    on conflict (lane) do update set paused_until = greatest(lanes.paused_until, excluded.paused_until)`;
}

function losing(lane: string, lost: NonNullable<Settlement['lost']>, at: Date) {
  const { reason, migratedTo } = lost;
  return sql`
    insert into lanes (lane, lost_at, lost_reason, migrated_to)
    values (${lane}, ${migratedTo === null ? at : null}, ${reason}, ${migratedTo})
    on conflict (lane) do update set lost_at = coalesce(lanes.lost_at, excluded.lost_at),
      lost_reason = excluded.lost_reason, migrated_to = excluded.migrated_to`;
}

/** Lanes that accept no messages now, or that moved. Every chat ever replied to has a row; unblocked ones are skipped. */
export async function findBlockedLanes(db: Db, now: Date) {
  return db
    .selectFrom('lanes')
    .select(['lane', 'lostAt', 'migratedTo', 'pausedUntil'])
    .where((is) => is.or([is('lostAt', 'is not', null), is('migratedTo', 'is not', null), is('pausedUntil', '>', now)]))
    .execute();
}

/** Lanes that were lost and are not back. */
export async function findLostLanes(db: Db) {
  return db.selectFrom('lanes').selectAll().where('lostAt', 'is not', null).execute();
}

/** A person got an answer ahead of the deliveries. */
export async function noteAnswer(db: Db, lane: string, at: Date): Promise<void> {
  await sql`
    insert into lanes (lane, answered_at) values (${lane}, array[${at}::timestamptz])
    on conflict (lane) do update set answered_at = excluded.answered_at || array(
      select answered from unnest(lanes.answered_at) answered where answered > ${new Date(at.getTime() - memoryMs)})`.execute(
    prepared(db),
  );
}

/** Every message sent in each lane since `since`, oldest first: from these the next sender rebuilds the pace. */
export async function findSentSince(db: Db, since: Date): Promise<{ lane: string; at: Date; priority: Priority }[]> {
  const { rows } = await sql<{ lane: string; at: Date; rank: number | null }>`
    select a.lane, a.at, d.rank from delivery_attempts a join deliveries d on d.id = a.delivery_id
    where a.at > ${since} and a.outcome <> all(${notSent}::text[])
    union all select lane, answered, null from lanes, unnest(answered_at) answered where answered > ${since}
    order by at`.execute(db);
  return rows.map(({ lane, at, rank: one }) => ({
    lane,
    at,
    priority: one === null ? 'interactive' : priorityOf(one),
  }));
}
