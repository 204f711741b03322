import { sql } from 'kysely';
import type { Trx } from '../database/connect.ts';
import type { Incidence } from '../incidences/incidence.ts';
import type { Undo } from '../incidences/undo.ts';

/** The open incidences that lie folded in a lane, locked until the transaction ends; in the order everybody locks them. */
export async function lockFolded(trx: Trx, lane: string): Promise<Incidence[]> {
  const { rows } = await sql<Incidence>`
    select * from incidences
    where status = 'open'
      and id in (select incidence_id from deliveries where state = 'folded' and lane = ${lane})
    order by id for no key update`.execute(trx);
  return rows;
}

/**
 * One person acknowledges these incidences, locked before, whose cards lie folded in a lane. In one statement, since
 * there may be thousands. `undo`: what takes it back for one of them. Returns the ids of those that were still open.
 */
export async function acknowledgeFolded(
  trx: Trx,
  { lane, folded }: { lane: string; folded: readonly Readonly<{ id: number; undo: Undo | null }>[] },
  actor: { id: number; name: string },
  now: Date,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with folded as materialized (
      select id, incidence_id from deliveries
      where state = 'folded' and lane = ${lane} and incidence_id = any(${folded.map(({ id }) => id)})
      order by subject for no key update
    ), taken as (
      update incidences set status = 'acknowledged', acknowledged_at = ${now}, acknowledged_by = ${actor.id},
        not_answered_by = null, snoozed_until = null, answer_step = 0, version = version + 1,
        state_version = state_version + 1, updated_at = ${now}
      from folded where folded.incidence_id = incidences.id and incidences.status = 'open'
      returning incidences.id, folded.id as delivery_id
    ), remembered as (
      insert into incidence_history (incidence_id, at, action, actor_id, actor, before, after, undo)
      select id, ${now}::timestamptz, 'acknowledge', ${actor.id}::bigint, ${actor.name}::text,
             '{"status": "open"}', '{"status": "acknowledged"}', undo
      from taken join json_to_recordset(${JSON.stringify(folded)}) as undos (id bigint, undo jsonb) using (id)
    ), menus as (
      update cards set menu = 'main' from taken where cards.incidence_id = taken.id and menu <> 'main'
    ), settled as (
      update deliveries set state = 'obsolete', settled_at = ${now}, reason = 'acknowledged in the storm card'
      from taken where deliveries.id = taken.delivery_id
    )
    select id from taken`.execute(trx);
  return rows.map(({ id }) => id);
}
