import type { Selectable } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';

type Link = Selectable<Database['peopleLinks']>;

/** A person's identity in the help desk, unless the desk refused its token since. */
export async function findValid(db: Db, personId: number): Promise<Link | undefined> {
  return db
    .selectFrom('peopleLinks')
    .selectAll()
    .where('personId', '=', personId)
    .where('refusedAt', 'is', null)
    .executeTakeFirst();
}

export async function upsert(db: Db, link: Omit<Link, 'refusedAt'>): Promise<void> {
  const { personId: _, ...columns } = link;
  await db
    .insertInto('peopleLinks')
    .values({ ...link, refusedAt: null })
    .onConflict((conflict) => conflict.column('personId').doUpdateSet({ ...columns, refusedAt: null }))
    .execute();
}

/** Whether there was one. */
export async function remove(db: Db, personId: number): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('peopleLinks').where('personId', '=', personId).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** The person's Telegram id, if this is news. */
export async function markRefused(db: Db, personId: number, now: Date): Promise<number | undefined> {
  const row = await db
    .updateTable('peopleLinks')
    .from('people')
    .set({ refusedAt: now })
    .whereRef('people.id', '=', 'peopleLinks.personId')
    .where('personId', '=', personId)
    .where('refusedAt', 'is', null)
    .returning('people.telegramId')
    .executeTakeFirst();
  return row?.telegramId;
}
