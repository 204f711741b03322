import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { type Attempt, type Delivery, rank, type Wish } from './delivery.ts';
import type { Settlement } from './settle.ts';

/**
 * Wishes join the waiting delivery for the same thing: the newest state wins, the more urgent rank stays.
 * One that waits folded in a storm card comes out when it turns critical.
 */
export async function enqueue(db: Db, wishes: readonly Wish[], now: Date): Promise<void> {
  if (wishes.length === 0) return;
  // Each once, as one statement must, and always in one order, so that two transactions never wait for each other.
  const bySubject = new Map<string, Wish>();
  for (const wish of wishes) {
    const earlier = bySubject.get(subjectOf(wish));
    bySubject.set(subjectOf(wish), { ...wish, rank: Math.min(wish.rank, earlier?.rank ?? wish.rank) });
  }
  const inOrder = [...bySubject.values()].toSorted((a, b) => (subjectOf(a) < subjectOf(b) ? -1 : 1));
  await sql`
    insert into deliveries (lane, kind, subject, rank, incidence_id, payload, due_at, created_at)
    select *, ${now}::timestamptz, ${now}::timestamptz from unnest(
      ${inOrder.map((wish) => wish.lane)}::text[],
      ${inOrder.map((wish) => wish.kind)}::text[],
      ${inOrder.map((wish) => wish.subject)}::text[],
      ${inOrder.map((wish) => wish.rank)}::smallint[],
      ${inOrder.map((wish) => wish.incidenceId)}::bigint[],
      ${inOrder.map((wish) => JSON.stringify(wish.payload))}::jsonb[])
    on conflict (lane, kind, subject) where state in ('waiting', 'folded') do update set
      wish = deliveries.wish + 1,
      rank = least(deliveries.rank, excluded.rank),
      payload = excluded.payload,
      state = case when excluded.rank = ${sql.lit(rank.critical)} then 'waiting' else deliveries.state end,
      -- What became more urgent does not sit out the pause of an earlier failure.
      due_at = case when excluded.rank < deliveries.rank then excluded.due_at else deliveries.due_at end,
      attempts = case when excluded.rank < deliveries.rank then 0 else deliveries.attempts end`.execute(db);
}

function subjectOf(wish: Wish): string {
  return `${wish.lane} ${wish.kind} ${wish.subject}`;
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
    where l.lane is not null and l.lane <> all(${except})`.execute(db);
  return rows;
}

/**
 * Writes down what came of one attempt, in one statement and so in one transaction.
 * A wish that came while it was being said leaves an edit to be sent.
 * Returns what is next in the lane, if anything is due.
 */
export async function record(
  db: Db,
  delivery: Delivery,
  attempt: Attempt,
  settlement: Settlement,
  /** `endsLoss`: its success shows that a lost lane takes messages again. */
  timing: Readonly<{ at: Date; ms: number; endsLoss: boolean }>,
): Promise<Delivery | undefined> {
  const { at, ms } = timing;
  const { state, goneCardId, pause, lost } = settlement;
  const shown = attempt.outcome === 'sent' ? attempt.shown : undefined;
  const edited = attempt.outcome === 'sent' || attempt.outcome === 'obsolete' ? attempt.edited : undefined;
  const messageId = attempt.outcome === 'sent' ? attempt.messageId : null;
  // A wish that came meanwhile: the card just made is edited by a delivery of its own, anything else is said again.
  const staysForNewer = sql`(wish <> ${delivery.wish} and ${shown === undefined})`;
  const parts = [
    sql`settled as (
      update deliveries set
        state = case when ${staysForNewer} then 'waiting' else ${state} end,
        attempts = case when ${state} = 'sent' and wish <> ${delivery.wish} then 0 else ${settlement.attempts} end,
        plain = ${settlement.plain}, due_at = ${settlement.dueAt}, reason = ${settlement.reason},
        message_id = coalesce(${messageId}, message_id),
        settled_at = case when ${staysForNewer} or ${state} = 'waiting' then null else ${at}::timestamptz end
      where id = ${delivery.id} and state = 'waiting'
      returning wish)`,
    sql`attempted as (
      insert into delivery_attempts (delivery_id, lane, at, outcome, detail, ms)
      values (${delivery.id}, ${delivery.lane}, ${at}, ${attempt.outcome}, ${settlement.reason}, ${ms}))`,
  ];
  if (shown) {
    const { incidenceId, place, version, lateSeconds = null, contentHash } = shown;
    parts.push(
      sql`carded as (
        insert into cards (incidence_id, chat_id, thread_id, message_id, shown_version, late_seconds, content_hash, sent_at)
        values (${incidenceId}, ${place.chatId}, ${place.threadId}, ${shown.messageId}, ${version}, ${lateSeconds},
                ${contentHash}, ${at})
        on conflict (chat_id, message_id) do nothing
        returning id)`,
      sql`outdated as (
        insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
        select ${delivery.lane}::text, 'edit_card', 'card:' || carded.id, ${delivery.incidenceId}::bigint,
               jsonb_build_object('cardId', carded.id), ${rank.edit}::smallint, ${at}::timestamptz, ${at}::timestamptz
        from carded, settled where settled.wish <> ${delivery.wish}
        on conflict (lane, kind, subject) where state in ('waiting', 'folded') do nothing)`,
    );
  }
  if (edited) {
    parts.push(sql`edited as (
      update cards set shown_version = greatest(shown_version, ${edited.version}), content_hash = ${edited.contentHash}
      where id = ${edited.cardId})`);
  }
  if (goneCardId !== undefined) parts.push(sql`gone as (update cards set gone_at = ${at} where id = ${goneCardId})`);
  if (pause) {
    parts.push(sql`paused as (
      insert into lanes (lane, paused_until) values (${pause.scope === 'bot' ? botLane : delivery.lane}, ${pause.until})
      on conflict (lane) do update set paused_until = greatest(lanes.paused_until, excluded.paused_until))`);
  }
  if (lost) {
    parts.push(sql`lost as (
      insert into lanes (lane, lost_at, lost_reason, migrated_to)
      values (${delivery.lane}, ${lost.migratedTo === null ? at : null}, ${lost.reason}, ${lost.migratedTo})
      on conflict (lane) do update set lost_at = coalesce(lanes.lost_at, excluded.lost_at),
        lost_reason = excluded.lost_reason, migrated_to = excluded.migrated_to)`);
  }
  if (timing.endsLoss && attempt.outcome === 'sent') {
    parts.push(sql`found as (
      update lanes set lost_at = null, lost_reason = null where lane = ${delivery.lane} and lost_at is not null)`);
  }
  const { rows } = await sql<Delivery>`
    with ${sql.join(parts)}
    select * from deliveries
    where state = 'waiting' and lane = ${delivery.lane} and due_at <= ${at} and id <> ${delivery.id}
    order by rank, id limit 1`.execute(db);
  return rows[0];
}

/** The lane row that pauses the bot as a whole. */
export const botLane = 'telegram';

export async function findAllLanes(db: Db) {
  return db.selectFrom('lanes').selectAll().execute();
}

/** When something last went out in each lane since `since`: from this the pace is rebuilt at a takeover. */
export async function findSentSince(db: Db, since: Date): Promise<{ lane: string; at: Date }[]> {
  return db
    .selectFrom('deliveryAttempts')
    .select(['lane', 'at'])
    .where('at', '>', since)
    .where('outcome', 'not in', ['obsolete', 'broken'])
    .orderBy('at')
    .execute();
}

export async function pauseLane(db: Db, lane: string, until: Date): Promise<void> {
  await db
    .insertInto('lanes')
    .values({ lane, pausedUntil: until, lostAt: null, lostReason: null, migratedTo: null })
    .onConflict((conflict) =>
      conflict.column('lane').doUpdateSet({ pausedUntil: sql`greatest(lanes.paused_until, excluded.paused_until)` }),
    )
    .execute();
}
