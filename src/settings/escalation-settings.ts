import { isDeepStrictEqual } from 'node:util';
import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { escalationKey } from '../escalation/due.ts';
import { type Policy, policyOf } from '../escalation/policy.ts';
import * as dueStore from '../incidences/due-store.ts';
import { severities } from '../sources/severity.ts';
import * as settingStore from './setting-store.ts';

export type PolicyChanged = Readonly<{ changeId: number; change: string; before: Policy; after: Policy }>;

type Wanted = Readonly<{ part: Partial<Policy>; said: string; by: number }>;

/** Changes the policy, records who did it, and gives what is open its new due times. Undefined when it was so already. */
export async function changePolicy(db: Db, wanted: Wanted, now: Date): Promise<PolicyChanged | undefined> {
  return transact(db, async (trx) => apply(trx, await lockPolicy(trx), wanted, now));
}

/** Goes back to what was before a change, unless something changed the same parts since. */
export async function undoPolicy(
  db: Db,
  { change, before, after }: settingStore.UndoableChange,
  by: number,
  now: Date,
): Promise<PolicyChanged | undefined> {
  const [was, made] = [policyOf(before), policyOf(after)];
  const changed = partsOfPolicy.filter((part) => !isDeepStrictEqual(was[part], made[part]));
  return transact(db, async (trx) => {
    const policy = await lockPolicy(trx);
    if (changed.some((part) => !isDeepStrictEqual(policy[part], made[part]))) return undefined;
    const part: Partial<Policy> = Object.fromEntries(changed.map((one) => [one, was[one]]));
    return apply(trx, policy, { part, said: `undone: ${change}`, by }, now);
  });
}

export const partsOfPolicy = [...severities, 'answer'] as const satisfies readonly (keyof Policy)[];

async function lockPolicy(trx: Trx): Promise<Policy> {
  return policyOf(await settingStore.lock(trx, escalationKey));
}

async function apply(
  trx: Trx,
  before: Policy,
  { part, said, by }: Wanted,
  now: Date,
): Promise<PolicyChanged | undefined> {
  const after = { ...before, ...part };
  if (isDeepStrictEqual(after, before)) return undefined;
  const change = { key: escalationKey, value: after, change: said, before, after, by };
  const changeId = await settingStore.save(trx, change, now);
  await dueStore.resetDue(trx);
  return { changeId, change: said, before, after };
}
