import { type Selectable, sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import type { Database } from '../database/schema.ts';
import type { AlsoRecord } from '../delivery/delivery.ts';
import type { Incidence } from '../incidences/incidence.ts';
import type { ChatPlace } from '../routes/lane.ts';

export type Reminder = Selectable<Database['reminders']>;

export type NewReminder = Pick<Reminder, 'incidenceId' | 'about' | 'whom'> & ChatPlace;

export async function insertMany(trx: Trx, reminders: readonly NewReminder[], now: Date): Promise<void> {
  await sql`
    insert into reminders (incidence_id, about, whom, chat_id, thread_id, at)
    select *, ${now}::timestamptz from json_to_recordset(${JSON.stringify(
      reminders.map(({ incidenceId, about, whom, chatId, threadId }) => ({
        incidenceId,
        about,
        whom,
        chatId,
        threadId,
      })),
    )}) as ("incidenceId" bigint, about text, whom text, "chatId" bigint, "threadId" integer)`.execute(prepared(trx));
}

/** A reminder that waits, with what it is about as it is now. */
export type Waiting = Reminder &
  Readonly<{
    incidence: Incidence;
    holder: Readonly<{ telegramId: number; name: string }> | null;
    /** The newest card in the reminder's own chat, or else in a group. */
    card: (ChatPlace & Readonly<{ messageId: number }>) | null;
  }>;

/** What waits to be sent in this place, the worst first. */
export async function findWaiting(db: Db, { chatId, threadId }: ChatPlace): Promise<Waiting[]> {
  const reminders = await prepared(db)
    .selectFrom('reminders')
    .selectAll()
    .where('settledAt', 'is', null)
    .where('chatId', '=', chatId)
    .where('threadId', 'is not distinct from', threadId)
    .orderBy('id')
    .execute();
  if (reminders.length === 0) return [];
  const ids = [...new Set(reminders.map(({ incidenceId }) => incidenceId))];
  const incidences = await db
    .selectFrom('incidences')
    .selectAll('incidences')
    .leftJoin('people', (join) => join.on('people.id', '=', sql<number>`coalesce(acknowledged_by, not_answered_by)`))
    .leftJoin('peopleNames', 'peopleNames.id', 'people.id')
    .select(['people.telegramId as holderTelegramId', 'peopleNames.name as holderName'])
    .where('incidences.id', '=', sql<number>`any(${ids}::bigint[])`)
    .orderBy(sql`array_position(array['critical', 'high', 'medium', 'low'], severity)`)
    .orderBy(sql`coalesce(open_since, opened_at)`)
    .orderBy('incidences.id')
    .execute();
  const { rows: cards } = await sql<ChatPlace & { incidenceId: number; messageId: number }>`
    select distinct on (incidence_id) incidence_id, chat_id, thread_id, message_id from cards
    where incidence_id = any(${ids}::bigint[]) and gone_at is null and (chat_id = ${chatId} or chat_id < 0)
    order by incidence_id, chat_id = ${chatId} desc, thread_id is not distinct from ${threadId} desc, id desc`.execute(
    db,
  );
  const cardOf = new Map(cards.map(({ incidenceId, ...card }) => [incidenceId, card]));
  return incidences.flatMap(({ holderTelegramId, holderName, ...incidence }) => {
    const holder =
      holderTelegramId === null || holderName === null ? null : { telegramId: holderTelegramId, name: holderName };
    const card = cardOf.get(incidence.id) ?? null;
    return reminders
      .filter(({ incidenceId }) => incidenceId === incidence.id)
      .map((reminder) => ({ ...reminder, incidence, holder, card }));
  });
}

/** When messages with reminders were sent in this place since then, oldest first. */
export async function findSentSince(db: Db, { chatId, threadId }: ChatPlace, since: Date): Promise<Date[]> {
  const { rows } = await sql<{ at: Date }>`
    select min(settled_at) as at from reminders
    where chat_id = ${chatId} and thread_id is not distinct from ${threadId}
      and message_id is not null and settled_at > ${since}
    group by message_id order by at`.execute(db);
  return rows.map(({ at }) => at);
}

/** `messageId` null: no longer true, so nothing was sent. */
export function recordSettled(ids: readonly number[], messageId: number | null): AlsoRecord {
  const listed = `{${ids.join(',')}}`;
  return (_, __, at) => sql`
    update reminders set settled_at = ${at}, message_id = ${messageId}
    where id = any(${listed}::bigint[]) and settled_at is null`;
}
