import type { Db } from '../database/connect.ts';
import * as teamStore from '../duty/team-store.ts';

/** The people of these chats, and the leads; those on duty first. */
export async function findAssignable(db: Db, chatIds: readonly number[], now: Date): Promise<teamStore.Teammate[]> {
  const team = await teamStore.findAll(db, { adminIds: [], chatIds }, now);
  return team.toSorted((a, b) => Number(b.isOnDuty) - Number(a.isOnDuty));
}
