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

export type Change = Readonly<{ key: string; value: object; change: string; by: number }>;

export async function save(trx: Trx, { key, value, change, by }: Change, now: Date): Promise<void> {
  await trx
    .insertInto('settings')
    .values({ key, value: JSON.stringify(value), changedAt: now })
    .onConflict((existing) => existing.column('key').doUpdateSet({ value: JSON.stringify(value), changedAt: now }))
    .execute();
  await record(trx, { key, change, by }, now);
}

/** What was changed, where the value itself is kept elsewhere. */
export async function record(trx: Trx, { key, change, by }: Omit<Change, 'value'>, now: Date): Promise<void> {
  await trx.insertInto('settingChanges').values({ key, change, changedBy: by, changedAt: now }).execute();
}

/** A change that can be undone: `before` is what `Undo` goes back to, `after` what it finds if nobody changed it since. */
export async function recordChange(
  trx: Trx,
  {
    key,
    change,
    before,
    after,
    by,
  }: Readonly<{ key: string; change: string; before: object; after: object; by: number }>,
  now: Date,
): Promise<number> {
  const states = { before: JSON.stringify(before), after: JSON.stringify(after) };
  const { id } = await trx
    .insertInto('settingChanges')
    .values({ key, change, ...states, changedBy: by, changedAt: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function findChange(
  db: Db,
  id: number,
): Promise<Readonly<{ key: string; before: unknown; after: unknown }> | undefined> {
  return db.selectFrom('settingChanges').select(['key', 'before', 'after']).where('id', '=', id).executeTakeFirst();
}

export type PastChange = Readonly<{ change: string; by: string; at: Date }>;

/** Newest first. */
export async function findChanges(db: Db, keys: readonly string[], limit: number): Promise<PastChange[]> {
  return db
    .selectFrom('settingChanges')
    .innerJoin('peopleNames', 'peopleNames.id', 'settingChanges.changedBy')
    .select(['change', 'peopleNames.name as by', 'changedAt as at'])
    .where('key', 'in', keys)
    .orderBy('settingChanges.id', 'desc')
    .limit(limit)
    .execute();
}
