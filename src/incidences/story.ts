import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

/** One thing that happened to an incidence or to what was said of it. */
export type StoryLine = Readonly<{
  at: Date;
  /**
   * `received`: `name` the source, `detail` its event. `processed`: `name` the state, `count` ms since it came.
   * `done`: `name` the action, by `who`, `detail` a note. The others speak of a delivery, `name` its kind: `queued` for
   * `who` (its lane), `tried` with the outcome `state`, `count` times; `settled` and `pending` in `state`, `count` the
   * message's id.
   */
  step: 'received' | 'processed' | 'done' | 'queued' | 'tried' | 'settled' | 'pending';
  name: string;
  state: string | null;
  who: string | null;
  detail: string | null;
  count: number | null;
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
}>;

/**
 * The whole story of an incidence in the order it happened: what came in, what people and sources did, what was to be
 * said and what became of it. A run of attempts that ended alike is told once, with their number.
 */
export async function findStory(db: Db, incidenceId: number): Promise<StoryLine[]> {
  const { rows } = await sql<StoryLine>`
    select * from (
      select received_at as at, 1 as turn, id, 'received' as step, source as name, null as state, null as who,
             event as detail, null::bigint as count, null::jsonb as before, null::jsonb as after
      from inbound_events where incidence_id = ${incidenceId}
      union all
      select processed_at, 2, id, 'processed', state, null, null, reason,
             round(extract(epoch from processed_at - received_at) * 1000)::bigint, null, null
      from inbound_events where incidence_id = ${incidenceId} and processed_at is not null
      union all
      select at, 3, id, 'done', action, null, actor, note, null, before, after from incidence_history
      where incidence_id = ${incidenceId}
      union all
      select created_at, 4, id, 'queued', kind, null, lane, null, null, null, null
      from deliveries where incidence_id = ${incidenceId}
      union all
      select max(a.at), 5, max(a.id), 'tried', d.kind, a.outcome, null, max(a.detail), count(*), null, null
      from delivery_attempts a join deliveries d on d.id = a.delivery_id
      where d.incidence_id = ${incidenceId} and a.outcome not in ('sent', 'obsolete') group by d.id, d.kind, a.outcome
      union all
      select settled_at, 6, id, 'settled', kind, state, null, reason, message_id, null, null
      from deliveries where incidence_id = ${incidenceId} and settled_at is not null
      union all
      select due_at, 7, id, 'pending', kind, state, null, reason, null, null, null
      from deliveries where incidence_id = ${incidenceId} and state in ('waiting', 'folded')
    ) story
    order by at, turn, id`.execute(db);
  return rows;
}
