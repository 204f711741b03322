import type { Db } from '../database/connect.ts';
import type { Delivery, DeliveryRequest } from '../delivery/delivery.ts';

export async function findById(db: Db, id: number): Promise<Delivery | undefined> {
  return db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Enqueues one delivery whose outcome somebody waits for. Returns its id. */
export async function insert(db: Db, request: DeliveryRequest, now: Date): Promise<number> {
  const { id } = await db
    .insertInto('deliveries')
    .values({ ...request, payload: JSON.stringify(request.payload), dueAt: now, createdAt: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Whether the same notice was sent since then. */
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
export async function isWaiting(db: Db, { lane, kind, subject }: DeliveryRequest): Promise<boolean> {
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
export async function withdrawAllWaiting(db: Db, lane: string, now: Date): Promise<DeliveryRequest[]> {
  const withdrawn: DeliveryRequest[] = [];
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
