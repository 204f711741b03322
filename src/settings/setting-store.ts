import { sql } from 'kysely';
import type { Db, Trx } from '../database/connect.ts';

/** The stored value; undefined where nothing was ever set. */
export async function find(db: Db, key: string): Promise<unknown> {
  return (await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value;
}

/** The stored value, which nobody else changes until the transaction ends. */
export async function lock(trx: Trx, key: string): Promise<unknown> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`setting:${key}`}, 0))`.execute(trx);
  return find(trx, key);
}

/** `before` is what `Undo` goes back to, `after` what it finds if nobody changed it since; without them there is no Undo. */
export type Change = Readonly<{ key: string; change: string; before?: object; after?: object; by: number }>;

/** Stores the value that a change made, and the change. Resolves with the change's number. */
export async function save(trx: Trx, change: Change & Readonly<{ value: object }>, now: Date): Promise<number> {
  await write(trx, change.key, change.value, now);
  return record(trx, change, now);
}

/** A value that nobody chose, so that there is no change to tell of. */
export async function write(db: Db, key: string, value: object, now: Date): Promise<void> {
  const text = JSON.stringify(value);
  await db
    .insertInto('settings')
    .values({ key, value: text, changedAt: now })
    .onConflict((existing) => existing.column('key').doUpdateSet({ value: text, changedAt: now }))
    .execute();
}

export async function remove(trx: Trx, key: string): Promise<void> {
  await trx.deleteFrom('settings').where('key', '=', key).execute();
}

/** What was changed, where the value itself is kept elsewhere. Resolves with the change's number. */
export async function record(trx: Trx, { key, change, before, after, by }: Change, now: Date): Promise<number> {
  const states = { before: before && JSON.stringify(before), after: after && JSON.stringify(after) };
  const { id } = await trx
    .insertInto('settingChanges')
    .values({ key, change, ...states, changedBy: by, changedAt: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** What `Undo` needs to know of a change. */
export type UndoableChange = Readonly<{ key: string; change: string; before: unknown; after: unknown }>;

/** Undefined also where the change was recorded without what was before. */
export async function findChange(db: Db, id: number): Promise<UndoableChange | undefined> {
  return db
    .selectFrom('settingChanges')
    .select(['key', 'change', 'before', 'after'])
    .where('id', '=', id)
    .where('before', 'is not', null)
    .where('after', 'is not', null)
    .executeTakeFirst();
}

/** There is nothing left that `Undo` could take back. */
export async function endUndo(trx: Trx, id: number): Promise<void> {
  await trx.updateTable('settingChanges').set({ before: null, after: null }).where('id', '=', id).execute();
}

export type PastChange = Readonly<{ change: string; by: string; at: Date }>;

/** Newest first; of any setting where no `keys` are given. */
export async function findChanges(db: Db, keys: readonly string[] | undefined, limit: number): Promise<PastChange[]> {
  return db
    .selectFrom('settingChanges')
    .$if(keys !== undefined, (query) => query.where('key', 'in', keys ?? []))
    .innerJoin('peopleNames', 'peopleNames.id', 'settingChanges.changedBy')
    .select(['change', 'peopleNames.name as by', 'changedAt as at'])
    .orderBy('settingChanges.id', 'desc')
    .limit(limit)
    .execute();
}
