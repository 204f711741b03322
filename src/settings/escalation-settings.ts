import { isDeepStrictEqual } from 'node:util';
import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { escalationKey } from '../escalation/due.ts';
import { type Policy, policyOf } from '../escalation/policy.ts';
import * as dueStore from '../incidences/due-store.ts';
import * as settingStore from './setting-store.ts';

/** Changes the policy, records who did it, and gives what is open its new due times. False when it was so already. */
export async function changePolicy(
  db: Db,
  { part, said, by }: Readonly<{ part: Partial<Policy>; said: string; by: number }>,
  now: Date,
): Promise<boolean> {
  return transact(db, async (trx) => {
    const policy = policyOf(await settingStore.lock(trx, escalationKey));
    const changed = { ...policy, ...part };
    if (isDeepStrictEqual(changed, policy)) return false;
    await settingStore.save(trx, { key: escalationKey, change: said, before: policy, after: changed, by }, now);
    await dueStore.resetDue(trx);
    return true;
  });
}
