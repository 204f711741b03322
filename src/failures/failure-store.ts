import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Delivery } from '../delivery/delivery.ts';

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

/** A dead delivery gets a new life, unless the same waits again already. False when it is not dead any more. */
export async function sendAgain(db: Db, id: number, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update deliveries d set
      state = case when exists (
        select from deliveries o where o.lane = d.lane and o.kind = d.kind and o.subject = d.subject
          and o.state in ('waiting', 'folded')) then 'obsolete' else 'waiting' end,
      attempts = 0, due_at = ${now}, settled_at = null
    where id = ${id} and state = 'dead'`.execute(db);
  return Number(numAffectedRows ?? 0) > 0;
}
