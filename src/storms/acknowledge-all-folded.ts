import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as foldedStore from './folded-store.ts';

/** One person takes every open incidence that lies folded in a lane. Returns how many. */
export async function acknowledgeAllFolded(
  db: Db,
  lane: string,
  actor: Readonly<{ id: number; name: string }>,
  now: Date,
): Promise<number> {
  return transact(db, async (trx) => {
    const ids = await foldedStore.lockFolded(trx, lane);
    return foldedStore.acknowledgeFolded(trx, { lane, ids }, actor, now);
  });
}
