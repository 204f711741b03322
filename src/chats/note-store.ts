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

/** Whether the newest notice of these kinds that was sent about the subject is of this delivery's kind: then it is known. */
export async function isLastSent(db: Db, delivery: Delivery, kinds: readonly string[]): Promise<boolean> {
  const last = await db
    .selectFrom('deliveries')
    .select('kind')
    .where('lane', '=', delivery.lane)
    .where('kind', 'in', kinds)
    .where('subject', '=', delivery.subject)
    .where('incidenceId', 'is', null)
    .where('state', '=', 'sent')
    .orderBy('settledAt', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return last?.kind === delivery.kind;
}

/** The subjects of which the newest notice of these two kinds that was sent in the lane is of the kind `lost`. */
export async function findUnresolved(db: Db, lane: string, lost: string, back: string): Promise<string[]> {
  const newest = await db
    .selectFrom('deliveries')
    .distinctOn('subject')
    .select(['subject', 'kind'])
    .where('lane', '=', lane)
    .where('kind', 'in', [lost, back])
    .where('state', '=', 'sent')
    .orderBy('subject')
    .orderBy('settledAt', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return newest.filter(({ kind }) => kind === lost).map(({ subject }) => subject);
}

const noticeKinds = [
  'webhook_lost_note',
  'webhook_back_note',
  'drift_note',
  'dead_note',
  'lost_note',
  'refused_note',
  'inbox_lost_note',
  'inbox_back_note',
  'reconciled_note',
];

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
