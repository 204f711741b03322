import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import type { Role } from '../people/person.ts';
import * as linkStore from '../people/link-store.ts';
import * as personStore from '../people/person-store.ts';
import * as signInStore from '../people/sign-in-store.ts';
import * as settingStore from './setting-store.ts';

export const peopleKey = 'people';

type RoleChange = Readonly<{
  telegramId: number;
  role: Role;
  by: number;
  /** TELEGRAM_ADMIN_IDS: they are admins whatever is stored. */
  namedAdmins: readonly number[];
}>;

export type RoleOutcome = 'changed' | 'unchanged' | 'last-admin';

/** Gives a known person another role, and records who did it. */
export async function changeRole(db: Db, change: RoleChange, now: Date): Promise<RoleOutcome> {
  const { telegramId, role, by, namedAdmins } = change;
  return transact(db, async (trx) => {
    // Two who lower each other at once must not both succeed.
    await settingStore.lock(trx, peopleKey);
    const isLast = isLastAdmin(telegramId, namedAdmins, await personStore.findAdminIds(trx));
    if (role !== 'admin' && isLast) return 'last-admin';
    const changed = await personStore.setRole(trx, telegramId, role);
    if (!changed) return 'unchanged';
    const text = `${changed.firstName} (${telegramId}) is ${aRole(role)}`;
    await settingStore.record(trx, { key: peopleKey, change: text, by }, now);
    return 'changed';
  });
}

export type RemoveOutcome = 'removed' | 'was-removed' | 'last-admin';

/** Takes a person off the team: their role, their identity in the help desk and what they have signed in to end. */
export async function removePerson(
  db: Db,
  { telegramId, by, namedAdmins }: Omit<RoleChange, 'role'>,
  now: Date,
): Promise<RemoveOutcome> {
  return transact(db, async (trx) => {
    await settingStore.lock(trx, peopleKey);
    if (isLastAdmin(telegramId, namedAdmins, await personStore.findAdminIds(trx))) return 'last-admin';
    const removed = await personStore.remove(trx, telegramId, now);
    if (!removed) return 'was-removed';
    await linkStore.remove(trx, removed.id);
    await signInStore.removeAllOf(trx, removed.id);
    const change = `removed ${removed.firstName} (${telegramId})`;
    await settingStore.record(trx, { key: peopleKey, change, by }, now);
    return 'removed';
  });
}

export function aRole(role: Role): string {
  return role === 'lead' ? 'a lead' : `an ${role}`;
}

function isLastAdmin(telegramId: number, named: readonly number[], stored: readonly number[]): boolean {
  const others = [...named, ...stored].filter((id) => id !== telegramId);
  return stored.includes(telegramId) && others.length === 0;
}
