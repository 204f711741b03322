import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { prepared } from '../database/prepared.ts';
import type { Person, Role } from './person.ts';

export type TelegramIdentity = Readonly<{
  telegramId: number;
  firstName: string;
  lastName: string | null;
  username: string | null;
}>;

export async function findByTelegramId(db: Db, telegramId: number): Promise<Person | undefined> {
  return prepared(db).selectFrom('people').selectAll().where('telegramId', '=', telegramId).executeTakeFirst();
}

/** How to mention somebody. */
export async function findMention(
  db: Db,
  id: number,
): Promise<Readonly<{ telegramId: number; name: string }> | undefined> {
  return db
    .selectFrom('people')
    .innerJoin('peopleNames', 'peopleNames.id', 'people.id')
    .select(['people.telegramId', 'peopleNames.name'])
    .where('people.id', '=', id)
    .executeTakeFirst();
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

/** What makes somebody a member of the team. */
export type Standing = Pick<Person, 'role' | 'invitedAt' | 'removedAt'>;

/** As it was before. Nothing happens where the person is unknown. */
export async function setStanding(db: Db, telegramId: number, { role, invitedAt, removedAt }: Standing): Promise<void> {
  await db.updateTable('people').set({ role, invitedAt, removedAt }).where('telegramId', '=', telegramId).execute();
}

/** The person, if that was not their role before. */
export async function setRole(db: Db, telegramId: number, role: Role): Promise<Person | undefined> {
  return db
    .updateTable('people')
    .set({ role, removedAt: null })
    .where('telegramId', '=', telegramId)
    .where((is) => is.or([is('role', '!=', role), is('removedAt', 'is not', null)]))
    .returningAll()
    .executeTakeFirst();
}

/** Who may act in private as well, besides the admins of the settings. */
export async function findAllWithPrivateChat(db: Db): Promise<Pick<Person, 'telegramId' | 'role'>[]> {
  return db
    .selectFrom('people')
    .select(['telegramId', 'role'])
    .where((is) => is.or([is('role', '!=', 'agent'), is('invitedAt', 'is not', null)]))
    .where('removedAt', 'is', null)
    .orderBy('id')
    .execute();
}

/** Whether nobody has told them yet how the bot can write to them in private; from now on somebody has. */
export async function markToldToStart(db: Db, telegramId: number, now: Date): Promise<boolean> {
  const marked = await db
    .updateTable('people')
    .set({ toldToStartAt: now })
    .where('telegramId', '=', telegramId)
    .where('toldToStartAt', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return marked !== undefined;
}

/** They opened an invitation. */
export async function join(db: Db, id: number, role: Role, now: Date): Promise<Person> {
  return db
    .updateTable('people')
    .set({ role, invitedAt: now, removedAt: null })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** No longer on the team. The person, if they were. */
export async function remove(db: Db, telegramId: number, now: Date): Promise<Person | undefined> {
  return db
    .updateTable('people')
    .set({ role: 'agent', invitedAt: null, removedAt: now })
    .where('telegramId', '=', telegramId)
    .where('removedAt', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** The Telegram IDs of those made admins in Telegram. */
export async function findAdminIds(db: Db): Promise<number[]> {
  const rows = await db.selectFrom('people').select('telegramId').where('role', '=', 'admin').orderBy('id').execute();
  return rows.map(({ telegramId }) => telegramId);
}

/** Leads, admins, the admins named, who was invited, and the members of these chats who were seen there; by name. */
export async function findTeam(
  db: Db,
  { adminIds, chatIds }: Readonly<{ adminIds: readonly number[]; chatIds: readonly number[] }>,
): Promise<Person[]> {
  return db
    .selectFrom('people')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('role', 'in', ['lead', 'admin']),
        eb('invitedAt', 'is not', null),
        eb('telegramId', '=', sql<number>`any(${adminIds}::bigint[])`),
        eb.exists(
          eb
            .selectFrom('members')
            .select('members.chatId')
            .whereRef('members.telegramId', '=', 'people.telegramId')
            .where('members.chatId', '=', sql<number>`any(${chatIds}::bigint[])`),
        ),
      ]),
    )
    .where((eb) => eb.or([eb('removedAt', 'is', null), eb('telegramId', '=', sql<number>`any(${adminIds}::bigint[])`)]))
    .orderBy('firstName')
    .orderBy('id')
    .execute();
}
