import type { Selectable } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';
import { hashOf } from './secret-code.ts';

export type Invitation = Selectable<Database['invitations']>;

/** What expired goes. */
export async function insert(db: Db, code: string, invitation: Omit<Invitation, 'codeHash'>, now: Date): Promise<void> {
  await db.deleteFrom('invitations').where('expiresAt', '<=', now).execute();
  await db
    .insertInto('invitations')
    .values({ ...invitation, codeHash: hashOf(code) })
    .execute();
}

/** One that still holds; nobody else uses it until the transaction ends. */
export async function lockByCode(db: Db, code: string, now: Date): Promise<Invitation | undefined> {
  return db
    .selectFrom('invitations')
    .selectAll()
    .where('codeHash', '=', hashOf(code))
    .where('expiresAt', '>', now)
    .forUpdate()
    .executeTakeFirst();
}

/** Whether it was there still. */
export async function remove(db: Db, { codeHash }: Pick<Invitation, 'codeHash'>): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('invitations').where('codeHash', '=', codeHash).executeTakeFirst();
  return numDeletedRows > 0n;
}
