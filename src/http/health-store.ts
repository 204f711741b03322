import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

/** Received events that wait to be processed since before then. */
export async function countUnprocessed(db: Db, receivedBefore: Date): Promise<number> {
  const { count } = await db
    .selectFrom('inboundEvents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(sql<boolean>`state = 'stored'`)
    .where('receivedAt', '<', receivedBefore)
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Lanes in which something has been due since before `since` without any attempt in the lane. Lanes that are paused, lost
 * or merely long are not stuck.
 */
export async function findStuckLanes(db: Db, lanes: readonly string[], since: Date): Promise<string[]> {
  const { rows } = await sql<{ lane: string }>`
    select one.lane from unnest(${lanes}::text[]) as one (lane) left join lanes l on l.lane = one.lane
    where l.lost_at is null and l.migrated_to is null and coalesce(l.paused_until, '-infinity') < ${since}
      and exists (select from deliveries d where d.state = 'waiting' and d.lane = one.lane and d.due_at < ${since})
      and not exists (select from delivery_attempts a where a.at >= ${since} and a.lane = one.lane)`.execute(db);
  return rows.map(({ lane }) => lane);
}

export type Reconciled = Readonly<{ succeededAt: Date | null; lastError: string | null }>;

/** When the changes in this source were last compared with its webhooks, and why the last attempt failed, if it did. */
export async function findReconciled(db: Db, source: string): Promise<Reconciled | undefined> {
  return db
    .selectFrom('reconcilers')
    .select(['succeededAt', 'lastError'])
    .where('source', '=', source)
    .executeTakeFirst();
}
