import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import type { Person, Role } from '../people/person.ts';
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

/** `before`: the role there was; null for somebody who had been removed. */
export type RoleOutcome =
  | Readonly<{ kind: 'changed'; changeId: number; before: Role | null }>
  | Readonly<{ kind: 'unchanged' | 'last-admin' }>;

/** Gives a known person another role, and records who did it. */
export async function changeRole(db: Db, change: RoleChange, now: Date): Promise<RoleOutcome> {
  const { telegramId, role, by, namedAdmins } = change;
  return transact(db, async (trx) => {
    // Two who lower each other at once must not both succeed.
    await settingStore.lock(trx, peopleKey);
    const isLast = isLastAdmin(telegramId, namedAdmins, await personStore.findAdminIds(trx));
    if (role !== 'admin' && isLast) return { kind: 'last-admin' };
    const before = await personStore.findByTelegramId(trx, telegramId);
    const after = await personStore.setRole(trx, telegramId, role);
    if (!before || !after) return { kind: 'unchanged' };
    const { changeId } = await record(trx, { before, after, by }, now);
    return { kind: 'changed', before: before.removedAt ? null : before.role, changeId };
  });
}

export type RemoveOutcome =
  | Readonly<{ kind: 'removed'; changeId: number; before: Role }>
  | Readonly<{ kind: 'was-removed' | 'last-admin' }>;

/** Takes a person off the team: their role, their identity in the help desk and what they have signed in to end. */
export async function removePerson(
  db: Db,
  { telegramId, by, namedAdmins }: Omit<RoleChange, 'role'>,
  now: Date,
): Promise<RemoveOutcome> {
  return transact(db, async (trx) => {
    await settingStore.lock(trx, peopleKey);
    if (isLastAdmin(telegramId, namedAdmins, await personStore.findAdminIds(trx))) return { kind: 'last-admin' };
    const before = await personStore.findByTelegramId(trx, telegramId);
    const removed = await personStore.remove(trx, telegramId, now);
    if (!before || !removed) return { kind: 'was-removed' };
    await linkStore.remove(trx, removed.id);
    await signInStore.removeAllOf(trx, removed.id);
    const { changeId } = await record(trx, { before, after: removed, by }, now);
    return { kind: 'removed', before: before.role, changeId };
  });
}

/** Where somebody stood before a change and after it. */
const stored = z.object({
  telegramId: z.number(),
  role: z.enum(['agent', 'lead', 'admin']),
  invitedAt: z.coerce.date().nullable(),
  removedAt: z.coerce.date().nullable(),
});

async function record(
  trx: Trx,
  { before, after, by }: Readonly<{ before: Person; after: Person; by: number }>,
  now: Date,
): Promise<Readonly<{ change: string; changeId: number }>> {
  const standing = ({ telegramId, role, invitedAt, removedAt }: Person) => ({ telegramId, role, invitedAt, removedAt });
  const who = `${after.firstName} (${after.telegramId})`;
  const was = before.removedAt ? 'removed' : aRole(before.role);
  const change = after.removedAt ? `removed ${who}, before ${was}` : `${who} is ${aRole(after.role)}, before ${was}`;
  const states = { before: standing(before), after: standing(after) };
  return { change, changeId: await settingStore.record(trx, { key: peopleKey, change, ...states, by }, now) };
}

/**
 * Gives somebody the role they had before a change, unless it was changed since; then undefined, as where nobody would be
 * an admin any more. What a removed person had linked or signed in to does not come back.
 */
export async function undoRole(
  db: Db,
  { before, after }: settingStore.UndoableChange,
  { by, namedAdmins }: Readonly<{ by: number; namedAdmins: readonly number[] }>,
  now: Date,
): Promise<Readonly<{ change: string; changeId: number }> | undefined> {
  const [was, made] = [stored.safeParse(before).data, stored.safeParse(after).data];
  if (!was || !made) return undefined;
  return transact(db, async (trx) => {
    await settingStore.lock(trx, peopleKey);
    const current = await personStore.findByTelegramId(trx, made.telegramId);
    if (!current || !isDeepStrictEqual(stored.parse(current), made)) return undefined;
    const isLast = isLastAdmin(made.telegramId, namedAdmins, await personStore.findAdminIds(trx));
    if (isLast && was.role !== 'admin') return undefined;
    await personStore.setStanding(trx, was.telegramId, was);
    return record(trx, { before: current, after: { ...current, ...was }, by }, now);
  });
}

export function aRole(role: Role): string {
  return role === 'lead' ? 'a lead' : `an ${role}`;
}

function isLastAdmin(telegramId: number, named: readonly number[], stored: readonly number[]): boolean {
  const others = [...named, ...stored].filter((id) => id !== telegramId);
  return stored.includes(telegramId) && others.length === 0;
}
