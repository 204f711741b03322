import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as personStore from '../people/person-store.ts';
import * as settingStore from './setting-store.ts';

export const peopleKey = 'people';

/** The roles given in Telegram; who is an admin stands in the settings. */
export const givenRoles = ['agent', 'lead'] as const;
export type GivenRole = (typeof givenRoles)[number];

/** Gives a known person another role, and records who did it. False when they had it already. */
export async function changeRole(
  db: Db,
  { telegramId, role, by }: Readonly<{ telegramId: number; role: GivenRole; by: number }>,
  now: Date,
): Promise<boolean> {
  return transact(db, async (trx) => {
    const changed = await personStore.setRole(trx, telegramId, role);
    if (!changed) return false;
    const change = `${changed.firstName} (${telegramId}) is ${role === 'lead' ? 'a lead' : 'an agent'}`;
    await settingStore.record(trx, { key: peopleKey, change, by }, now);
    return true;
  });
}
