import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

/** One thing that happened to an incidence or to what was said of it. */
export type StoryLine = Readonly<{ at: Date; what: string; detail: string | null }>;

/**
 * The whole story of an incidence in the order it happened: what came in, what people and sources did, what was to be
 * said and what became of it. A run of attempts that ended alike is told once, with their number.
 */
export async function findStory(db: Db, incidenceId: number): Promise<StoryLine[]> {
  const { rows } = await sql<StoryLine>`
    select received_at as at, 1 as step, 'received' as what, source || ' ' || event as detail
    from inbound_events where incidence_id = ${incidenceId}
    union all
    select processed_at, 2, 'processed ' || state,
           coalesce(reason, round(extract(epoch from processed_at - received_at) * 1000)::text || ' ms after it came')
    from inbound_events where incidence_id = ${incidenceId} and processed_at is not null
    union all
    select at, 3, 'history ' || action, concat_ws(' · ', actor, after->>'reason', note) from incidence_history
    where incidence_id = ${incidenceId}
    union all
    select created_at, 4, 'queued ' || kind, lane from deliveries where incidence_id = ${incidenceId}
    union all
    select settled_at, 6, state || ' ' || kind,
           case when state = 'sent' then 'message ' || coalesce(message_id::text, '–') else reason end
    from deliveries where incidence_id = ${incidenceId} and settled_at is not null
    union all
    select due_at, 7, state || ' ' || kind, reason
    from deliveries where incidence_id = ${incidenceId} and state in ('waiting', 'folded')
    union all
    select max(a.at), 5, 'tried ' || d.kind, concat_ws(' · ', a.outcome, nullif(count(*), 1)::text || ' times', max(a.detail))
    from delivery_attempts a join deliveries d on d.id = a.delivery_id
    where d.incidence_id = ${incidenceId} and a.outcome not in ('sent', 'obsolete') group by d.id, d.kind, a.outcome
    order by at, step`.execute(db);
  return rows;
}
