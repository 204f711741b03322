import type { Db } from '../database/connect.ts';
import { escalationKey } from './due.ts';
import { type Policy, policyOf } from './policy.ts';

export async function find(db: Db): Promise<Policy> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', escalationKey).executeTakeFirst();
  return policyOf(row?.value);
}
