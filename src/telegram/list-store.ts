import type { Selectable } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';

export type List = Selectable<Database['lists']>;

/** Remembers what was asked for, so that its pages can be turned after a restart too. */
export async function insert(
  db: Db,
  { command, words, personId }: Pick<List, 'command' | 'words' | 'personId'>,
  now: Date,
): Promise<number> {
  const { id } = await db
    .insertInto('lists')
    .values({ command, words, personId, at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function findById(db: Db, id: number): Promise<List | undefined> {
  return db.selectFrom('lists').selectAll().where('id', '=', id).executeTakeFirst();
}
