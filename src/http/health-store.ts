import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

/**
 * Of these lanes, those where something has been due since before `since` and nothing was tried: neither paused, nor
 * lost, nor merely long, for then others of the lane are tried. Costs the same however many wait.
 */
export async function findStuckLanes(db: Db, lanes: readonly string[], since: Date): Promise<string[]> {
  const { rows } = await sql<{ lane: string }>`
    select one.lane from unnest(${lanes}::text[]) as one (lane) left join lanes l on l.lane = one.lane
    where l.lost_at is null and l.migrated_to is null and coalesce(l.paused_until, '-infinity') < ${since}
      and exists (select from deliveries d where d.state = 'waiting' and d.lane = one.lane and d.due_at < ${since})
      and not exists (select from delivery_attempts a where a.at >= ${since} and a.lane = one.lane)`.execute(db);
  return rows.map(({ lane }) => lane);
}
