import { sql } from 'kysely';
import { byteaArray } from '../../database/binary-array.ts';
import type { Db } from '../../database/connect.ts';
import { prepared } from '../../database/prepared.ts';

export type NewUpdate = Readonly<{ updateId: number; body: Buffer; receivedAt: Date }>;
export type StoredUpdate = Readonly<{ id: number; body: Buffer; receivedAt: Date }>;

/** Stores many in one statement; one that is there already stays as it is, handled or not. */
export async function insertMany(db: Db, botId: number, given: readonly NewUpdate[]): Promise<void> {
  // Always in one order, so that two batches with the same updates never wait for each other.
  const updates = given.toSorted((a, b) => a.updateId - b.updateId);
  await sql`
    insert into telegram_updates (bot_id, update_id, body, received_at)
    select ${botId}::bigint, * from unnest(
      ${updates.map(({ updateId }) => updateId)}::bigint[],
      ${byteaArray(updates.map(({ body }) => body))}::bytea[],
      ${updates.map(({ receivedAt }) => receivedAt.toISOString())}::timestamptz[])
    on conflict (bot_id, update_id) do nothing`.execute(prepared(db));
}

/** The oldest that wait to be handled, without these. */
export async function findAllWaiting(
  db: Db,
  botId: number,
  without: readonly number[],
  limit: number,
): Promise<StoredUpdate[]> {
  const { rows } = await sql<StoredUpdate>`
    select id, body, received_at from telegram_updates
    where handled_at is null and bot_id = ${botId} and body is not null and id <> all(${without}::bigint[])
    order by id limit ${limit}`.execute(prepared(db));
  return rows;
}

/** How many of those received before then wait to be handled. */
export async function countWaiting(db: Db, botId: number, before: Date): Promise<number> {
  const { count } = await db
    .selectFrom('telegramUpdates')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('handledAt', 'is', null)
    .where('botId', '=', botId)
    .where('receivedAt', '<', before)
    .executeTakeFirstOrThrow();
  return count;
}

export async function markHandled(db: Db, ids: readonly number[], now: Date): Promise<void> {
  await sql`update telegram_updates set handled_at = ${now}, body = null
    where id = any(${ids}::bigint[])`.execute(prepared(db));
}

/** Which of these updates Telegram posted before. */
export async function findAllKnown(db: Db, botId: number, updateIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ updateId: number }>`
    select update_id from telegram_updates
    where bot_id = ${botId} and update_id = any(${updateIds}::bigint[])`.execute(prepared(db));
  return rows.map(({ updateId }) => updateId);
}
