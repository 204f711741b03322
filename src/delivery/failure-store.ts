import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Delivery } from './delivery.ts';

/** Deliveries a person must look at, newest first. */
export async function findAllDead(db: Db, limit: number): Promise<Delivery[]> {
  return db
    .selectFrom('deliveries')
    .selectAll()
    .where('state', '=', 'dead')
    .orderBy('settledAt', 'desc')
    .limit(limit)
    .execute();
}

export async function countDead(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('deliveries')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'dead')
    .executeTakeFirstOrThrow();
  return count;
}

/** Requeues a dead delivery. False if it is not dead, or an identical one is already queued. */
export async function sendAgain(db: Db, id: number, now: Date): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`
    with twin as (
      select o.id from deliveries d join deliveries o on o.lane = d.lane and o.kind = d.kind and o.subject = d.subject
      where d.id = ${id} and o.state in ('waiting', 'folded')
    )
    update deliveries set
      state = case when exists (select from twin) then 'obsolete' else 'waiting' end,
      settled_at = case when exists (select from twin) then settled_at end,
      attempts = 0, due_at = ${now}
    where id = ${id} and state = 'dead' returning state`.execute(db);
  return rows[0]?.state === 'waiting';
}
