import { type Selectable, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';
import type { AlsoRecord } from '../delivery/delivery.ts';
import type { ChatPlace } from '../routes/lane.ts';

export type Handover = Selectable<Database['handovers']>;
/** With the names of who left and who has it now. */
export type NamedHandover = Handover & Readonly<{ name: string; takenByName: string | null }>;

export async function insert(
  trx: Trx,
  { personId, incidenceIds, place }: Readonly<{ personId: number; incidenceIds: readonly number[]; place: ChatPlace }>,
  now: Date,
): Promise<number> {
  const { id } = await trx
    .insertInto('handovers')
    .values({ personId, incidenceIds: JSON.stringify(incidenceIds), ...place, at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function findById(db: Db, id: number): Promise<NamedHandover | undefined> {
  return db
    .selectFrom('handovers')
    .innerJoin('peopleNames as leavers', 'leavers.id', 'handovers.personId')
    .leftJoin('peopleNames as takers', 'takers.id', 'handovers.takenBy')
    .selectAll('handovers')
    .select(['leavers.name', 'takers.name as takenByName'])
    .where('handovers.id', '=', id)
    .executeTakeFirst();
}

export async function lockById(trx: Trx, id: number): Promise<Handover | undefined> {
  return trx.selectFrom('handovers').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function setTaken(trx: Trx, id: number, takenBy: number, now: Date): Promise<void> {
  await trx.updateTable('handovers').set({ takenBy, takenAt: now }).where('id', '=', id).execute();
}

/** The message that shows it. */
export function recordMessage(id: number, messageId: number | null): AlsoRecord {
  return () => sql`update handovers set message_id = ${messageId} where id = ${id}`;
}
