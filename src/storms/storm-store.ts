import { type Selectable, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';
import { type AlsoRecord, rank } from '../delivery/delivery.ts';
import type { Incidence } from '../incidences/incidence.ts';

export type Storm = Selectable<Database['storms']>;

// Several folded deliveries are locked in the order in which requests are enqueued, so that nobody waits in a circle.
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

/** Folded cards whose incidence somebody has handled need not be shown any more. */
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

/** Whether an outdated card in the lane could be corrected now. */
export async function hasDueEdit(db: Db, lane: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    select from deliveries
    where state = 'waiting' and lane = ${lane} and rank = ${sql.lit(rank.edit)} and due_at <= ${now} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/**
 * Takes the `max` most urgent cards out of the fold, of this rank or a more urgent one.
 * `asked`: a person wants them now, before other new ones; else they come without a sound.
 */
export async function unfold(
  db: Db,
  lane: string,
  max: number,
  { asked, upTo = rank.low }: { asked: boolean; upTo?: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    with next as (
      select id from deliveries where state = 'folded' and lane = ${lane} and rank <= ${upTo}
      order by rank, id limit ${max}
    ), locked as (
      select id from deliveries where id in (select id from next) and state = 'folded'
      order by subject for no key update
    )
    update deliveries set state = 'waiting',
      rank = case when ${asked} then ${rank.high} else rank end,
      payload = payload || case when ${asked} then '{"asked": true}'::jsonb else '{"quiet": true}'::jsonb end
    from locked where deliveries.id = locked.id`.execute(db);
  return Number(numAffectedRows ?? 0);
}

export async function end(db: Db, id: number, now: Date): Promise<void> {
  await db.updateTable('storms').set({ endedAt: now }).where('id', '=', id).execute();
}

/** The message that shows a storm, recorded with the attempt that sent it: otherwise a second one might be sent. */
export function recordMessage(id: number, messageId: number | null): AlsoRecord {
  return (db) => settingMessage(db, id, messageId);
}

export async function setMessage(db: Db, id: number, messageId: number | null): Promise<void> {
  await settingMessage(db, id, messageId).execute();
}

function settingMessage(db: Db, id: number, messageId: number | null) {
  return db.updateTable('storms').set({ messageId }).where('id', '=', id);
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
