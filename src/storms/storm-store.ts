import { type Selectable, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';
import { rank } from '../delivery/delivery.ts';
import type { Incidence } from '../incidences/incidence.ts';

export type Storm = Selectable<Database['storms']>;

// Several folded deliveries are locked in the order in which wishes are enqueued, so that nobody waits in a circle.
const newCards = sql`kind = 'send_card' and rank between ${sql.lit(rank.high)} and ${sql.lit(rank.low)}`;

/**
 * Folds the new cards that wait in a lane beyond the most urgent `screenful`. Critical ones never, nor those a person
 * asked to see. Returns where and how many.
 */
export async function foldSurplus(
  db: Db,
  lane: string,
  screenful: number,
): Promise<{ folded: number; chatId: number; threadId: number | null } | undefined> {
  const { rows } = await sql<{ folded: number; chatId: number; threadId: number | null }>`
    with surplus as (
      select id from deliveries
      where state = 'waiting' and lane = ${lane} and ${newCards} and not payload ? 'asked'
      order by rank, id offset ${screenful}
    ), locked as (
      select id from deliveries where id in (select id from surplus) and state = 'waiting'
      order by subject for no key update
    ), folded as (
      update deliveries set state = 'folded' from locked where deliveries.id = locked.id returning payload
    )
    select count(*) as folded, min((payload->>'chatId')::bigint) as chat_id,
           min((payload->>'threadId')::integer) as thread_id
    from folded having count(*) > 0`.execute(db);
  return rows[0];
}

/** Begins the lane's storm, or adds to it. */
export async function grow(
  db: Db,
  storm: { lane: string; chatId: number; threadId: number | null; folded: number },
  now: Date,
): Promise<void> {
  await db
    .insertInto('storms')
    .values({ ...storm, messageId: null, startedAt: now, endedAt: null })
    .onConflict((conflict) =>
      conflict
        .column('lane')
        .where('endedAt', 'is', null)
        .doUpdateSet({ folded: sql`storms.folded + excluded.folded` }),
    )
    .execute();
}

export async function findAllActive(db: Db): Promise<Storm[]> {
  return db.selectFrom('storms').selectAll().where('endedAt', 'is', null).execute();
}

export async function findById(db: Db, id: number): Promise<Storm | undefined> {
  return db.selectFrom('storms').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Folded cards whose incidence somebody took meanwhile need not be shown any more. */
export async function dropHandled(db: Db, lane: string, now: Date): Promise<void> {
  await sql`
    with handled as (
      select d.id, i.status from deliveries d join incidences i on i.id = d.incidence_id
      where d.state = 'folded' and d.lane = ${lane} and i.status <> 'open'
      order by d.subject for no key update of d
    )
    update deliveries set state = 'obsolete', settled_at = ${now}, reason = 'handled while folded: ' || handled.status
    from handled where deliveries.id = handled.id`.execute(db);
}

export async function countFolded(db: Db, lane: string): Promise<number> {
  const { count } = await db
    .selectFrom('deliveries')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'folded')
    .where('lane', '=', lane)
    .executeTakeFirstOrThrow();
  return count;
}

export async function countWaiting(db: Db, lane: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from deliveries where state = 'waiting' and lane = ${lane} and ${newCards}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Takes the `most` most urgent cards out of the fold. `asked`: a person wants them now, before other new ones; else they come without a sound. */
export async function unfold(db: Db, lane: string, most: number, options: { asked: boolean }): Promise<number> {
  const { numAffectedRows } = await sql`
    with next as (
      select id from deliveries where state = 'folded' and lane = ${lane} order by rank, id limit ${most}
    ), locked as (
      select id from deliveries where id in (select id from next) and state = 'folded'
      order by subject for no key update
    )
    update deliveries set state = 'waiting',
      rank = case when ${options.asked} then ${rank.high} else rank end,
      payload = payload || case when ${options.asked} then '{"asked": true}'::jsonb else '{"quiet": true}'::jsonb end
    from locked where deliveries.id = locked.id`.execute(db);
  return Number(numAffectedRows ?? 0);
}

export async function end(db: Db, id: number, now: Date): Promise<void> {
  await db.updateTable('storms').set({ endedAt: now }).where('id', '=', id).execute();
}

export async function setMessage(db: Db, id: number, messageId: number | null): Promise<void> {
  await db.updateTable('storms').set({ messageId }).where('id', '=', id).execute();
}

export type StormSummary = Readonly<{
  counts: readonly Readonly<{ severity: Incidence['severity']; source: Incidence['source']; count: number }>[];
  newest: readonly Pick<Incidence, 'id' | 'severity' | 'customerName' | 'reason' | 'message'>[];
}>;

const newestLines = 5;

/** What lies folded in a lane now. */
export async function summarize(db: Db, lane: string): Promise<StormSummary> {
  const folded = db
    .selectFrom('deliveries')
    .innerJoin('incidences', 'incidences.id', 'deliveries.incidenceId')
    .where('deliveries.state', '=', 'folded')
    .where('deliveries.lane', '=', lane);
  const counts = await folded
    .select((eb) => ['incidences.severity', 'incidences.source', eb.fn.countAll<number>().as('count')])
    .groupBy(['incidences.severity', 'incidences.source'])
    .execute();
  const newest = await folded
    .select([
      'incidences.id',
      'incidences.severity',
      'incidences.customerName',
      'incidences.reason',
      'incidences.message',
    ])
    .orderBy('incidences.id', 'desc')
    .limit(newestLines)
    .execute();
  return { counts, newest };
}

/** The open incidences that lie folded in a lane, locked until the transaction ends; in the order everybody locks them. */
export async function lockFolded(trx: Trx, lane: string): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from incidences
    where status = 'open'
      and id in (select incidence_id from deliveries where state = 'folded' and lane = ${lane})
    order by id for no key update`.execute(trx);
  return rows.map(({ id }) => id);
}

/**
 * One person takes these incidences, locked before, whose cards lie folded in a lane, as if they had acknowledged each:
 * state, history and copies of cards. In one statement, since there may be thousands. Returns how many.
 */
export async function acknowledgeFolded(
  trx: Trx,
  { lane, ids }: { lane: string; ids: readonly number[] },
  actor: { id: number; name: string },
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with folded as materialized (
      select id, incidence_id from deliveries
      where state = 'folded' and lane = ${lane} and incidence_id = any(${ids})
      order by subject for no key update
    ), taken as (
      update incidences set status = 'acknowledged', acknowledged_at = ${now}, acknowledged_by = ${actor.id},
        version = version + 1, updated_at = ${now}
      from folded where folded.incidence_id = incidences.id and incidences.status = 'open'
      returning incidences.id, folded.id as delivery_id
    ), remembered as (
      insert into incidence_history (incidence_id, at, action, actor_id, actor, before, after)
      select id, ${now}::timestamptz, 'acknowledge', ${actor.id}::bigint, ${actor.name}::text,
             '{"status": "open"}', '{"status": "acknowledged"}' from taken
    ), shown as (
      insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
      select 'telegram:' || cards.chat_id, 'edit_card', 'card:' || cards.id, cards.incidence_id,
             jsonb_build_object('cardId', cards.id), ${rank.edit}::smallint, ${now}::timestamptz, ${now}::timestamptz
      from cards join taken on taken.id = cards.incidence_id where cards.gone_at is null
      on conflict (lane, kind, subject) where state in ('waiting', 'folded') do update set wish = deliveries.wish + 1
    ), menus as (
      update cards set menu = 'main' from taken where cards.incidence_id = taken.id and menu <> 'main'
    ), settled as (
      update deliveries set state = 'obsolete', settled_at = ${now}, reason = 'acknowledged in the storm card'
      from taken where deliveries.id = taken.delivery_id
    )
    select count(*) as count from taken`.execute(trx);
  return rows[0]?.count ?? 0;
}
