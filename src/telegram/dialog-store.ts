import type { ConversationData, VersionedState } from '@grammyjs/conversations';
import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

/** What a dialog of one person in one place remembers, so that a question outlives a restart. */
type State = VersionedState<ConversationData>;

export async function findByKey(db: Db, key: string): Promise<State | undefined> {
  const row = await db.selectFrom('botDialogs').select('state').where('key', '=', key).executeTakeFirst();
  // Written by `upsert` below and by nobody else; the plugin drops a state of another version.
  return row?.state as State | undefined;
}

export async function upsert(db: Db, key: string, state: State, now: Date): Promise<void> {
  const text = JSON.stringify(state);
  await db
    .insertInto('botDialogs')
    .values({ key, state: text, updatedAt: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ state: sql`excluded.state`, updatedAt: now }))
    .execute();
}

export async function remove(db: Db, key: string): Promise<void> {
  await db.deleteFrom('botDialogs').where('key', '=', key).execute();
}
