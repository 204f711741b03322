import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import { type ChatPlace, lanePrefix } from './lane.ts';
import { type Condition, conditionSchema, type Route } from './route.ts';

/** A route as it is listed: `title` is what its place was called when it was set. */
export type ListedRoute = Route & Readonly<{ title: string; lostReason: string | null }>;

const conditionsSchema = z.array(conditionSchema);

/** Oldest first. One that a later version wrote and this one cannot read is left out. */
export async function findAll(db: Db): Promise<ListedRoute[]> {
  const rows = await prepared(db)
    .selectFrom('routes')
    .leftJoin('lanes', (join) => join.on('lanes.lane', '=', sql<string>`${sql.lit(lanePrefix)} || chat_id`))
    .select(['id', 'chatId', 'threadId', 'title', 'conditions', 'routes.lostAt', 'lanes.lostAt as chatLostAt'])
    .select((eb) => eb.fn.coalesce('routes.lostReason', 'lanes.lostReason').as('lostReason'))
    .orderBy('id')
    .execute();
  return rows.flatMap(({ id, chatId, threadId, title, conditions, lostAt, chatLostAt, lostReason }) => {
    const read = conditionsSchema.safeParse(conditions);
    const isLost = lostAt !== null || chatLostAt !== null;
    return read.success
      ? [
          {
            id,
            place: { chatId, threadId },
            title,
            conditions: read.data,
            isLost,
            lostReason: isLost ? lostReason : null,
          },
        ]
      : [];
  });
}

export type NewRoute = Readonly<{
  place: ChatPlace;
  title: string;
  conditions: readonly Condition[];
  createdBy: number;
}>;

export async function insert(db: Db, { place, title, conditions, createdBy }: NewRoute, now: Date): Promise<number> {
  const { id } = await db
    .insertInto('routes')
    .values({ ...place, title, conditions: JSON.stringify(conditions), createdBy, createdAt: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function removeAll(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await db.deleteFrom('routes').where('id', 'in', ids).execute();
}

/** A topic accepts no more messages. Its name, if routes end there and that was not known. */
export async function markLost(db: Db, place: ChatPlace, reason: string, now: Date): Promise<string | undefined> {
  const rows = await db
    .updateTable('routes')
    .set({ lostAt: now, lostReason: reason })
    .where('chatId', '=', place.chatId)
    .where('threadId', place.threadId === null ? 'is' : '=', place.threadId)
    .where('lostAt', 'is', null)
    .returning('title')
    .execute();
  return rows.at(-1)?.title;
}

/** It accepts messages again. */
export async function markFound(db: Db, place: ChatPlace): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('routes')
    .set({ lostAt: null, lostReason: null })
    .where('chatId', '=', place.chatId)
    .where('threadId', place.threadId === null ? 'is' : '=', place.threadId)
    .where('lostAt', 'is not', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
