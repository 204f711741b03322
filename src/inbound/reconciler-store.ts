import { type Selectable, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';

type Reconciler = Selectable<Database['reconcilers']>;

/** How far what a source may have lost was looked for. A first run covers from `from`. */
export async function begin(db: Db, source: string, from: Date): Promise<Reconciler> {
  await db
    .insertInto('reconcilers')
    .values({ source, coveredUntil: from })
    .onConflict((existing) => existing.doNothing())
    .execute();
  return db.selectFrom('reconcilers').selectAll().where('source', '=', source).executeTakeFirstOrThrow();
}

export async function recordSuccess(
  db: Db,
  source: string,
  done: Readonly<{ coveredUntil: Date; askedUntil?: number }>,
  now: Date,
): Promise<void> {
  await db
    .updateTable('reconcilers')
    .set({ ...done, succeededAt: now, failures: 0, lastError: null })
    .where('source', '=', source)
    .execute();
}

/** Resolves with how many rounds failed in a row. */
export async function recordFailure(db: Db, source: string, reason: string, now: Date): Promise<number> {
  const { failures } = await db
    .updateTable('reconcilers')
    .set({ failedAt: now, failures: sql`failures + 1`, lastError: reason })
    .where('source', '=', source)
    .returning('failures')
    .executeTakeFirstOrThrow();
  return failures;
}
