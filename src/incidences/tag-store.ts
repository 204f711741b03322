import type { Db } from '../database/connect.ts';

/** Fillers count as letters in Unicode, but show nothing. Persian and Indic words need the two joiners. */
const filler = /(?![\u200C\u200D])\p{Default_Ignorable_Code_Point}/gu;

/** A tag as it is stored: lower case, words joined by dashes, at most 32 characters; '' when nothing is left. */
export function tagName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(filler, '')
    .replaceAll(/[^\p{L}\p{N}\p{M}\u200C\u200D]+/gu, '-')
    .slice(0, 32)
    .toWellFormed()
    .replaceAll(/^[^\p{L}\p{N}]+|[-\u200C\u200D]+$/gu, '');
}

export async function findAllByIncidence(db: Db, incidenceId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('incidenceTags')
    .innerJoin('tags', 'tags.id', 'incidenceTags.tagId')
    .select('tags.name')
    .where('incidenceId', '=', incidenceId)
    .orderBy('tags.name')
    .execute();
  return rows.map((row) => row.name);
}

/** The tags used most, each once. */
export async function findAllKnown(db: Db, limit: number): Promise<{ id: number; name: string }[]> {
  return db
    .selectFrom('tags')
    .leftJoin('incidenceTags', 'incidenceTags.tagId', 'tags.id')
    .select(['tags.id', 'tags.name'])
    .groupBy(['tags.id', 'tags.name'])
    .orderBy((eb) => eb.fn.count('incidenceTags.tagId'), 'desc')
    .orderBy('tags.name')
    .limit(limit)
    .execute();
}

export async function findNameById(db: Db, id: number): Promise<string | undefined> {
  return (await db.selectFrom('tags').select('name').where('id', '=', id).executeTakeFirst())?.name;
}

export async function isKnown(db: Db, name: string): Promise<boolean> {
  return (await db.selectFrom('tags').select('id').where('name', '=', name).executeTakeFirst()) !== undefined;
}

export async function set(db: Db, incidenceId: number, name: string, addedBy: number, now: Date): Promise<void> {
  await db
    .insertInto('tags')
    .values({ name, createdAt: now })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const { id: tagId } = await db.selectFrom('tags').select('id').where('name', '=', name).executeTakeFirstOrThrow();
  await db
    .insertInto('incidenceTags')
    .values({ incidenceId, tagId, addedBy, addedAt: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function unset(db: Db, incidenceId: number, name: string): Promise<void> {
  await db
    .deleteFrom('incidenceTags')
    .where('incidenceId', '=', incidenceId)
    .where('tagId', 'in', (eb) => eb.selectFrom('tags').select('id').where('name', '=', name))
    .execute();
}
