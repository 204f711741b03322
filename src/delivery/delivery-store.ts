import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import { type Delivery, rank, type Wish } from './delivery.ts';
import { memoryMs, type Priority, priorityOf } from './pace.ts';
import { notSent, type Said } from './settle.ts';

/**
 * Wishes join the waiting delivery for the same thing: the newest state wins, the more urgent rank stays.
 * One that waits folded in a storm card comes out when it turns critical.
 */
export async function enqueue(db: Db, wishes: readonly Wish[], now: Date): Promise<void> {
  if (wishes.length > 0) await enqueueing(wishes, now).execute(prepared(db));
}

/** The same as a statement, to be part of a greater one. */
function enqueueing(wishes: readonly Wish[], now: Date): RawBuilder<unknown> {
  // Each once, as one statement must, and always in one order, so that two transactions never wait for each other.
  return sql`
    insert into deliveries (lane, kind, subject, rank, incidence_id, payload, due_at, created_at)
    select distinct on (lane, kind, subject) lane, kind, subject, min(rank) over (partition by lane, kind, subject),
           incidence_id, payload, ${now}::timestamptz, ${now}::timestamptz
    from rows from (json_to_recordset(${JSON.stringify(wishes)})
           as (lane text, kind text, subject text, rank smallint, "incidenceId" bigint, payload jsonb))
         with ordinality as wished (lane, kind, subject, rank, incidence_id, payload, position)
    order by lane, kind, subject, position desc
    on conflict (lane, kind, subject) where state in ('waiting', 'folded') do update set
      wish = deliveries.wish + 1,
      rank = least(deliveries.rank, excluded.rank),
      payload = excluded.payload,
      state = case when excluded.rank = ${sql.lit(rank.critical)} then 'waiting' else deliveries.state end,
      -- What became more urgent does not sit out the pause of an earlier failure.
      due_at = case when excluded.rank < deliveries.rank then excluded.due_at else deliveries.due_at end,
      attempts = case when excluded.rank < deliveries.rank then 0 else deliveries.attempts end`;
}

/**
 * The next due delivery of every lane that is not in `except`.
 * Costs one index descent a lane, however many wait; those in a back-off at a lane's head are stepped over.
 */
export async function findNextPerLane(db: Db, except: readonly string[], now: Date): Promise<Delivery[]> {
  const { rows } = await sql<Delivery>`
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
    where l.lane is not null and l.lane <> all(${except})`.execute(prepared(db));
  return rows;
}

/**
 * Writes down what came of one attempt, in one statement and so in one transaction.
 * Returns what is next in the lane, if anything is due.
 */
export async function record(db: Db, said: Said): Promise<Delivery | undefined> {
  const { delivery, attempt, settlement, at, ms } = said;
  const { id, lane, wish } = delivery;
  const { state, pause, lost, reason } = settlement;
  const isSent = attempt.outcome === 'sent';
  // A wish that came meanwhile is said as well, from the start.
  const isOutdated = sql`wish <> ${wish}`;
  const waitsOn = sql`(${state} = 'waiting' or ${isOutdated} and ${!(isSent && attempt.coversNewer)})`;
  const parts = [
    sql`settled as (
      update deliveries set
        state = case when ${waitsOn} then 'waiting' else ${state} end,
        attempts = case when ${isSent} and ${isOutdated} then 0 else ${settlement.attempts} end,
        plain = ${settlement.plain}, due_at = ${settlement.dueAt}, reason = ${reason},
        message_id = coalesce(${isSent ? attempt.messageId : null}, message_id),
        settled_at = case when ${waitsOn} then null else ${at}::timestamptz end
      where id = ${id} and state = 'waiting'
      returning wish)`,
    sql`attempted as (
      insert into delivery_attempts (delivery_id, lane, at, outcome, detail, ms)
      values (${id}, ${lane}, ${at}, ${attempt.outcome}, ${reason}, ${ms}))`,
    ...('alsoRecord' in attempt && attempt.alsoRecord ? attempt.alsoRecord(delivery, at) : []),
  ];
  if (isSent) {
    // Nothing is lost that takes our messages.
    parts.push(sql`found as (
      update lanes set lost_at = null, lost_reason = null where lane = ${lane} and lost_at is not null)`);
  }
  if (pause) parts.push(sql`paused as (${pausing(pause.lane, pause.until)})`);
  if (lost) {
    parts.push(sql`lost as (
      insert into lanes (lane, lost_at, lost_reason, migrated_to)
      values (${lane}, ${lost.migratedTo === null ? at : null}, ${lost.reason}, ${lost.migratedTo})
      on conflict (lane) do update set lost_at = coalesce(lanes.lost_at, excluded.lost_at),
        lost_reason = excluded.lost_reason, migrated_to = excluded.migrated_to)`);
  }
  const { rows } = await sql<Delivery>`
    with ${sql.join(parts)}
    select * from deliveries
    where state = 'waiting' and lane = ${lane} and due_at <= ${at} and id <> ${id}
    order by rank, id limit 1`.execute(prepared(db));
  return rows[0];
}

function pausing(lane: string, until: Date): RawBuilder<unknown> {
  return sql`
    insert into lanes (lane, paused_until) values (${lane}, ${until})
    on conflict (lane) do update set paused_until = greatest(lanes.paused_until, excluded.paused_until)`;
}

export async function pauseLane(db: Db, lane: string, until: Date): Promise<void> {
  await pausing(lane, until).execute(db);
}

/** Lanes that take no messages now, or that became another chat. Everybody who was ever answered has a row: those are not read. */
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

/** Somebody was answered ahead of the deliveries. */
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
