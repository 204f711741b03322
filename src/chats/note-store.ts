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

/** Whether the same notice waits in its lane, or is being sent there. */
export async function isWaiting(db: Db, { lane, kind, subject }: Wish): Promise<boolean> {
  const waiting = await db
    .selectFrom('deliveries')
    .select('id')
    .where('lane', '=', lane)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return waiting !== undefined;
}

const noticeKinds = ['drift_note', 'dead_note', 'lost_note', 'refused_note'];

/** Notices to an admin that wait in this lane; they are settled and returned, to be sent elsewhere. */
export async function withdrawAllWaiting(db: Db, lane: string, now: Date): Promise<Wish[]> {
  const withdrawn: Wish[] = [];
  for (const kind of noticeKinds) {
    const rows = await db
      .updateTable('deliveries')
      .set({ state: 'obsolete', settledAt: now, reason: 'this admin cannot be reached: sent elsewhere' })
      .where('lane', '=', lane)
      .where('kind', '=', kind)
      .where('state', '=', 'waiting')
      .returning(['lane', 'subject', 'rank', 'incidenceId', 'payload'])
      .execute();
    withdrawn.push(...rows.map((row) => ({ ...row, kind })));
  }
  return withdrawn;
}
