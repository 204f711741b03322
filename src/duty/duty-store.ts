import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { ChatPlace } from '../routes/lane.ts';

/** Somebody's time on duty; `until` null: until they end it. */
export type Duty = Readonly<{ personId: number; name: string; since: Date; until: Date | null; place: ChatPlace }>;

/** On duty from now, or, for who is already, until another time. */
export async function begin(
  db: Db,
  { personId, until, place }: Readonly<{ personId: number; until: Date | null; place: ChatPlace }>,
  now: Date,
): Promise<void> {
  await db
    .insertInto('duty')
    .values({ personId, since: now, until, ...place })
    .onConflict((conflict) =>
      conflict
        .column('personId')
        .where('endedAt', 'is', null)
        .doUpdateSet({ until, chatId: place.chatId, threadId: place.threadId }),
    )
    .execute();
}

/** False when they were not on duty. */
export async function end(db: Db, personId: number, now: Date): Promise<boolean> {
  const ended = await db
    .updateTable('duty')
    .set({ endedAt: now })
    .where('personId', '=', personId)
    .where('endedAt', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return ended !== undefined;
}

/** Ends what has expired; the oldest first. */
export async function endExpired(db: Db, now: Date): Promise<Duty[]> {
  const { rows } = await sql<Omit<Duty, 'place'> & ChatPlace>`
    with ended as (
      update duty set ended_at = ${now} where ended_at is null and until <= ${now} returning *
    )
    select person_id, people_names.name, since, until, chat_id, thread_id
    from ended join people_names on people_names.id = person_id order by until, ended.id`.execute(db);
  return rows.map(withPlace);
}

/** Who is on duty; who came first is first. */
export async function findAllOn(db: Db, now: Date): Promise<Duty[]> {
  const { rows } = await sql<Omit<Duty, 'place'> & ChatPlace>`
    select person_id, people_names.name, since, until, chat_id, thread_id
    from duty join people_names on people_names.id = person_id
    where ended_at is null and (until is null or until > ${now}) order by since, duty.id`.execute(db);
  return rows.map(withPlace);
}

/** When the next time on duty expires. */
export async function findNextEnd(db: Db): Promise<Date | null> {
  const { nextEnd } = await db
    .selectFrom('duty')
    .select((eb) => eb.fn.min('until').as('nextEnd'))
    .where('endedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return nextEnd;
}

/** Since when nobody is on duty where nobody ever was. */
export const never = 0;

/** Since when nobody is on duty; undefined while somebody is. */
export async function findNobodySince(db: Db, now: Date): Promise<Date | undefined> {
  if ((await findAllOn(db, now)).length > 0) return undefined;
  const { lastEnd } = await db
    .selectFrom('duty')
    .select((eb) => eb.fn.max('endedAt').as('lastEnd'))
    .executeTakeFirstOrThrow();
  return lastEnd ?? new Date(never);
}

function withPlace({ chatId, threadId, ...duty }: Omit<Duty, 'place'> & ChatPlace): Duty {
  return { ...duty, place: { chatId, threadId } };
}
