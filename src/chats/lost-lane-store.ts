import { type Selectable, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { chatIdOf, type ChatPlace, laneOf } from '../routes/lane.ts';
import { planRescue, repliesToCards, type RescueCopy } from './plan-rescue.ts';

export type LostLane = Selectable<Database['lanes']>;

export async function findAllLost(db: Db): Promise<LostLane[]> {
  return db.selectFrom('lanes').selectAll().where('lostAt', 'is not', null).orderBy('lostAt').execute();
}

/** Migrations Telegram reported: old chat id to new. */
export async function findAllMoves(db: Db): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('lanes')
    .select(['lane', 'migratedTo'])
    .where('migratedTo', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [chatIdOf(row.lane), Number(row.migratedTo)]));
}

/**
 * What waits for a chat that migrated goes to its successor, except edits of and replies to its cards: message ids do not
 * move with a chat, so its cards are gone. Returns how many deliveries moved.
 */
export async function moveToSuccessor(db: Db, chatId: number, successor: number, now: Date): Promise<number> {
  const from = laneOf(chatId);
  const to = laneOf(successor);
  return db.transaction().execute(async (trx) => {
    const { numAffectedRows } = await sql`
      update deliveries d set lane = ${to}, state = 'waiting', payload = payload || jsonb_build_object('chatId', ${successor}::bigint)
      where lane = ${from} and state in ('waiting', 'folded') and payload ? 'chatId' and not exists (
        select from deliveries other where other.lane = ${to} and other.kind = d.kind and other.subject = d.subject
          and other.state in ('waiting', 'folded'))`.execute(trx);
    await sql`
      update deliveries set state = 'obsolete', settled_at = ${now}, reason = 'the chat moved to another id'
      where lane = ${from} and state in ('waiting', 'folded')`.execute(trx);
    // What leads set for it holds for its successor.
    await trx.updateTable('routes').set({ chatId: successor }).where('chatId', '=', chatId).execute();
    await sql`
      update quiet_chats set chat_id = ${successor}
      where chat_id = ${chatId} and not exists (select from quiet_chats where chat_id = ${successor})`.execute(trx);
    // Its storm card does not move either; folded deliveries may fold again.
    await trx
      .updateTable('storms')
      .set({ endedAt: now })
      .where('lane', '=', from)
      .where('endedAt', 'is', null)
      .execute();
    await trx
      .updateTable('cards')
      .set({ goneAt: now })
      .where('chatId', '=', chatId)
      .where('goneAt', 'is', null)
      .execute();
    return Number(numAffectedRows ?? 0);
  });
}

/**
 * Cards and notes that wait for a lost chat are also sent to the rescue places, each once; they themselves keep waiting
 * for the chat to come back. Returns how many copies were enqueued.
 */
export async function copyToRescue(db: Db, lane: string, places: readonly ChatPlace[], now: Date): Promise<number> {
  return transact(db, async (trx) => {
    const { rows: waiting } = await sql<Delivery>`
      update deliveries set copied_to_rescue_at = ${now}
      where lane = ${lane} and state in ('waiting', 'folded') and copied_to_rescue_at is null
        and (payload ? 'chatId' or kind = any(${repliesToCards}))
      returning *`.execute(trx);
    return waiting.length === 0 ? 0 : enqueueCopies(trx, planRescue(waiting, places), now);
  });
}

async function enqueueCopies(trx: Trx, copies: readonly RescueCopy[], now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into deliveries (lane, kind, subject, incidence_id, payload, rank, due_at, created_at)
    select lane, kind, subject, "incidenceId", payload, rank, ${now}::timestamptz, "createdAt"
    from json_to_recordset(${JSON.stringify(copies)})
         as (lane text, kind text, subject text, "incidenceId" bigint, payload jsonb, rank smallint, "createdAt" timestamptz)
    order by lane, kind, subject
    on conflict (lane, kind, subject) where state in ('waiting', 'folded') do nothing`.execute(trx);
  return Number(numAffectedRows ?? 0);
}

export async function hasWaiting(db: Db, lane: string): Promise<boolean> {
  const waiting = await db
    .selectFrom('deliveries')
    .select('id')
    .where('lane', '=', lane)
    .where('state', '=', 'waiting')
    .limit(1)
    .executeTakeFirst();
  return waiting !== undefined;
}

/** Since when a lane is lost, and Telegram's words; undefined when it is not. */
export async function findLoss(db: Db, lane: string): Promise<{ since: Date; reason: string } | undefined> {
  const row = await db.selectFrom('lanes').selectAll().where('lane', '=', lane).executeTakeFirst();
  return row?.lostAt ? { since: row.lostAt, reason: row.lostReason ?? 'no reason known' } : undefined;
}

/** The chat accepts messages again. */
export async function markFound(db: Db, lane: string): Promise<void> {
  await db.updateTable('lanes').set({ lostAt: null, lostReason: null }).where('lane', '=', lane).execute();
}
