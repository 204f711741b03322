import type { Db } from '../database/connect.ts';
import * as teamStore from '../duty/team-store.ts';

/** The people of these chats, the leads and the admins; those on duty first. */
export async function findAssignable(db: Db, scope: teamStore.TeamScope, now: Date): Promise<teamStore.Teammate[]> {
  const team = await teamStore.findAll(db, scope, now);
  return team.toSorted((a, b) => Number(b.isOnDuty) - Number(a.isOnDuty));
}
