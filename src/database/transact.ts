import type { Db, Trx } from './connect.ts';

const mostTries = 3;

/** One transaction of a person's action. Where PostgreSQL ended it to break a deadlock, nothing of it is done: it is tried again. */
export async function transact<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (tries === mostTries || !isDeadlock(error)) throw error;
    }
  }
}

function isDeadlock(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === '40P01';
}
