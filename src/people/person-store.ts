import type { Db } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import type { Person } from './person.ts';

export type TelegramIdentity = Readonly<{
  telegramId: number;
  firstName: string;
  lastName: string | null;
  username: string | null;
}>;

export async function findByTelegramId(db: Db, telegramId: number): Promise<Person | undefined> {
  return prepared(db).selectFrom('people').selectAll().where('telegramId', '=', telegramId).executeTakeFirst();
}

/** Stores the name Telegram reports now. A new person is an agent. */
export async function upsert(db: Db, identity: TelegramIdentity, now: Date): Promise<Person> {
  const { firstName, lastName, username } = identity;
  return prepared(db)
    .insertInto('people')
    .values({ ...identity, role: 'agent', createdAt: now, seenAt: now })
    .onConflict((conflict) => conflict.column('telegramId').doUpdateSet({ firstName, lastName, username, seenAt: now }))
    .returningAll()
    .executeTakeFirstOrThrow();
}
