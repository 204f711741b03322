import type { Db } from '../database/connect.ts';
import type { Delivery, Wish } from '../delivery/delivery.ts';

export async function findById(db: Db, id: number): Promise<Delivery | undefined> {
  return db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst();
}

/** What a person asked for and will ask about: enqueued alone, its id returned. */
export async function insert(db: Db, wish: Wish, now: Date): Promise<number> {
  const { id } = await db
    .insertInto('deliveries')
    .values({ ...wish, payload: JSON.stringify(wish.payload), dueAt: now, createdAt: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Whether the same was said since then. */
export async function wasSentSince(db: Db, delivery: Delivery, since: Date): Promise<boolean> {
  const sent = await db
    .selectFrom('deliveries')
    .select('id')
    .where('lane', '=', delivery.lane)
    .where('kind', '=', delivery.kind)
    .where('subject', '=', delivery.subject)
    .where('incidenceId', 'is', null)
    .where('state', '=', 'sent')
    .where('settledAt', '>=', since)
    .executeTakeFirst();
  return sent !== undefined;
}
