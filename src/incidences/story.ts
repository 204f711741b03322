import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { StoredHistoryValues } from './history.ts';

/** One thing that happened to an incidence or to its deliveries. `reason` is null where there is nothing to explain. */
export type StoryEvent =
  | Readonly<{ step: 'received'; source: string; event: string }>
  /** `state`: of the inbound event; `afterMs`: since it was received. */
  | Readonly<{ step: 'processed'; state: string; reason: string | null; afterMs: number }>
  /** By a person or a source, with its name in the history. */
  | Readonly<{
      step: 'acted';
      action: string;
      actor: string;
      note: string | null;
      before: StoredHistoryValues;
      after: StoredHistoryValues;
    }>
  | Readonly<{ step: 'queued'; kind: string; lane: string }>
  /** `times`: attempts of one delivery that ended alike. */
  | Readonly<{ step: 'attempted'; kind: string; outcome: string; reason: string | null; times: number }>
  | Readonly<{ step: 'settled'; kind: string; state: string; reason: string | null; messageId: number | null }>
  | Readonly<{ step: 'pending'; kind: string; state: string; reason: string | null }>;

export type StoryLine = Readonly<{ at: Date }> & StoryEvent;

export type Acted = Extract<StoryEvent, { step: 'acted' }>;

/** What changed last who holds it, or whether it is open, closed or snoozed. */
export async function findLastChange(db: Db, incidenceId: number): Promise<Acted | undefined> {
  const { rows } = await sql<Omit<Acted, 'step'>>`
    select action, actor, null as note, before, after from incidence_history
    where incidence_id = ${incidenceId} and action not in ('refused', 'note')
      and after ?| array['status', 'acknowledgedBy', 'snoozedUntil']
    order by id desc limit 1`.execute(db);
  const [last] = rows;
  return last && { step: 'acted', ...last };
}

/**
 * Everything that happened to an incidence in that order: what was received, what people and sources did, which
 * deliveries followed and how they ended. Attempts of one delivery with the same outcome are one line.
 */
export async function findStory(db: Db, incidenceId: number): Promise<StoryLine[]> {
  const { rows } = await sql<{ at: Date; event: StoryEvent }>`
    select at, event from (
      select received_at as at, 1 as turn, id,
        jsonb_build_object('step', 'received', 'source', source, 'event', event) as event
      from inbound_events where incidence_id = ${incidenceId}
      union all
      select processed_at, 2, id, jsonb_build_object('step', 'processed', 'state', state, 'reason', reason,
        'afterMs', round(extract(epoch from processed_at - received_at) * 1000))
      from inbound_events where incidence_id = ${incidenceId} and processed_at is not null
      union all
      select at, 3, id, jsonb_build_object('step', 'acted', 'action', action, 'actor', actor, 'note', note,
        'before', before, 'after', after)
      from incidence_history where incidence_id = ${incidenceId}
      union all
      select created_at, 4, id, jsonb_build_object('step', 'queued', 'kind', kind, 'lane', lane)
      from deliveries where incidence_id = ${incidenceId}
      union all
      select max(a.at), 5, max(a.id), jsonb_build_object('step', 'attempted', 'kind', d.kind, 'outcome', a.outcome,
        'reason', max(a.detail), 'times', count(*))
      from delivery_attempts a join deliveries d on d.id = a.delivery_id
      where d.incidence_id = ${incidenceId} and a.outcome not in ('sent', 'obsolete') group by d.id, d.kind, a.outcome
      union all
      select settled_at, 6, id, jsonb_build_object('step', 'settled', 'kind', kind, 'state', state, 'reason', reason,
        'messageId', message_id)
      from deliveries where incidence_id = ${incidenceId} and settled_at is not null
      union all
      select due_at, 7, id, jsonb_build_object('step', 'pending', 'kind', kind, 'state', state, 'reason', reason)
      from deliveries where incidence_id = ${incidenceId} and state in ('waiting', 'folded')
    ) story
    order by at, turn, id`.execute(db);
  return rows.map(({ at, event }) => ({ at, ...event }));
}
